// The parts of the API's documents that the pages use.

export type TaskStatus =
  | "created"
  | "queued"
  | "in_progress"
  | "stopped"
  | "failed"
  | "completed"
  | "published"
  | "publishing"
  | "closed"
  | "unknown";

export interface Reference {
  id: string;
  name?: string;
}

export interface Metric {
  metric: string;
  variant: string;
  value: number;
  min_value: number;
  max_value: number;
}

export interface HyperParameter {
  section: string;
  name: string;
  value: string;
  type?: string;
  description?: string;
}

export interface Artifact {
  key: string;
  type?: string;
  mode?: string;
  uri?: string;
  content_size?: number;
  timestamp?: number;
}

export interface Script {
  repository?: string;
  branch?: string;
  tag?: string;
  version_num?: string;
  entry_point?: string;
  working_dir?: string;
  binary?: string;
  diff?: string;
  requirements?: { pip?: string | string[] };
}

export interface Task {
  id: string;
  name: string;
  type: string;
  status: TaskStatus;
  status_reason?: string;
  status_message?: string;
  comment?: string;
  project?: Reference;
  user?: Reference;
  parent?: Reference;
  tags?: string[];
  system_tags?: string[];
  created?: string;
  started?: string | null;
  completed?: string | null;
  last_update?: string;
  last_iteration?: number;
  last_worker?: string;
  active_duration?: number;
  last_metrics?: Record<string, Record<string, Metric>>;
  hyperparams?: Record<string, Record<string, HyperParameter>>;
  configuration?: Record<string, { name: string; value: string; type?: string }>;
  script?: Script;
  container?: { image?: string; arguments?: string; setup_shell_script?: string };
  execution?: { queue?: Reference; artifacts?: Artifact[] };
  output?: { destination?: string };
}

export interface Project {
  id: string;
  name: string;
  description?: string;
  last_update?: string;
  stats?: { active?: { status_count?: Partial<Record<TaskStatus, number>>; total_tasks?: number } };
}

export interface Queue {
  id: string;
  name: string;
  created?: string;
  entries?: { task: Reference; added: string }[];
}

export interface Worker {
  id: string;
  ip?: string;
  user?: Reference;
  task?: (Reference & { running_time?: number; last_iteration?: number }) | null;
  queues?: (Reference & { num_tasks?: number })[];
  register_time?: string;
  last_activity_time?: string;
  tags?: string[];
}
