// The parts of the API's documents that the pages use.

export const TASK_STATUSES = [
  "created", "queued", "in_progress", "completed", "failed", "stopped", "published", "publishing", "closed", "unknown",
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export interface Reference {
  id: string;
  name?: string;
}

/** The last values of one series of scalars. */
export interface LastMetric {
  metric: string;
  variant: string;
  value: number | string;
  min_value?: number | string;
  min_value_iteration?: number;
  max_value?: number | string;
  max_value_iteration?: number;
  first_value?: number | string;
  first_value_iteration?: number;
  mean_value?: number | string;
  count?: number;
}

export interface HyperParameter {
  section: string;
  name: string;
  value: string;
  type?: string;
  description?: string;
}

export interface ConfigurationObject {
  name: string;
  value: string;
  type?: string;
  description?: string;
}

export interface Artifact {
  key: string;
  type?: string;
  mode?: "input" | "output";
  uri?: string;
  content_size?: number;
  hash?: string;
  timestamp?: number;
  type_data?: { preview?: string; content_type?: string; data_hash?: string };
  display_data?: [string, string][];
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
  requirements?: Requirements | null;
}

export interface Requirements {
  pip?: string | string[];
  conda?: string | string[];
  orig_pip?: string | string[];
  [other: string]: unknown;
}

export interface Container {
  image?: string;
  arguments?: string;
  setup_shell_script?: string;
}

export interface TaskModel {
  model?: Reference | string;
  name: string;
}

export interface Task {
  id: string;
  name: string;
  type: string;
  status: TaskStatus;
  status_reason?: string;
  status_message?: string;
  status_changed?: string;
  comment?: string;
  company?: Reference;
  project?: Reference;
  user?: Reference;
  parent?: Reference & { project?: Reference };
  tags?: string[];
  system_tags?: string[];
  created?: string;
  started?: string | null;
  completed?: string | null;
  published?: string | null;
  last_update?: string;
  last_change?: string;
  last_changed_by?: Reference | string;
  last_iteration?: number;
  last_worker?: string;
  last_worker_report?: string;
  active_duration?: number | null;
  last_metrics?: Record<string, Record<string, LastMetric>>;
  hyperparams?: Record<string, Record<string, HyperParameter>>;
  configuration?: Record<string, ConfigurationObject>;
  runtime?: Record<string, string>;
  script?: Script;
  container?: Container;
  execution?: { queue?: Reference | string | null; artifacts?: Artifact[] };
  models?: { input?: TaskModel[]; output?: TaskModel[] };
  output?: { destination?: string; error?: string };
  report?: string;
  report_assets?: string[];
}

interface ProjectStats {
  status_count?: Partial<Record<TaskStatus, number>>;
  total_tasks?: number;
  total_runtime?: number;
  completed_tasks_24h?: number;
  last_task_run?: string | null;
}

export interface Project {
  id: string;
  name: string;
  basename?: string;
  description?: string;
  created?: string;
  last_update?: string;
  parent?: Reference | string | null;
  user?: Reference;
  tags?: string[];
  system_tags?: string[];
  default_output_destination?: string;
  company?: Reference;
  sub_projects?: Reference[];
  own_tasks?: number;
  own_models?: number;
  stats?: { active?: ProjectStats; archived?: ProjectStats };
  dataset_stats?: { file_count?: number; total_size?: number };
}

export interface QueueEntry {
  task: Reference;
  added: string;
}

export interface Queue {
  id: string;
  name: string;
  display_name?: string;
  created?: string;
  tags?: string[];
  system_tags?: string[];
  entries?: QueueEntry[];
}

export interface Worker {
  id: string;
  key?: string;
  ip?: string;
  user?: Reference;
  task?: (Reference & { running_time?: number; last_iteration?: number; project?: Reference }) | null;
  queue?: (Reference & { num_tasks?: number }) | null;
  queues?: (Reference & { num_tasks?: number; next_task?: Reference | null })[];
  register_time?: string;
  register_timeout?: number;
  last_activity_time?: string;
  last_report_time?: string | null;
  tags?: string[];
  system_tags?: string[];
}

export interface Model {
  id: string;
  name: string;
  uri?: string;
  framework?: string;
  ready?: boolean;
  comment?: string;
  created?: string;
  last_update?: string;
  tags?: string[];
  system_tags?: string[];
  labels?: Record<string, number>;
  design?: Record<string, unknown> | string | null;
  metadata?: Record<string, { key: string; type?: string; value: string }>;
  project?: Reference;
  task?: Reference & { project?: Reference };
  parent?: Reference | null;
  user?: Reference;
  last_iteration?: number;
  last_metrics?: Record<string, Record<string, LastMetric>>;
  stats?: { labels_count?: number };
  company?: Reference;
}

export interface User {
  id: string;
  name: string;
  role?: string;
  company?: Reference;
  created?: string;
  disabled?: boolean;
  /** By which name one signs in: of oneself, and for administrators of everybody. */
  username?: string;
  password_is_configured?: boolean;
}

export interface Credential {
  access_key: string;
  label?: string | null;
  last_used?: string | null;
  last_used_from?: string | null;
  /** Null: it does not end by itself. */
  expires?: string | null;
}

/** Bytes by what they are of; `files` is how many files there are. */
export interface StorageBytes {
  bytes: number;
  artifacts: number;
  models: number;
  debug_images: number;
  other_files: number;
  logs: number;
  scalars: number;
  plots: number;
  files: number;
}

export interface LogLine {
  timestamp: number;
  msg: string;
  level?: string;
  worker?: string;
}

export interface PlotEvent {
  task: string;
  metric: string;
  variant: string;
  iter: number;
  timestamp: number;
  plot_str: string;
}

export interface ImageEvent {
  task: string;
  metric: string;
  variant: string;
  iter: number;
  timestamp: number;
  url: string;
  key?: string;
}

export interface Curve {
  name: string;
  x: (number | string)[];
  y: (number | string)[];
}
