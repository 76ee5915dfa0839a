// What the actions that the pages call answer with. An action that is not listed answers with something nobody reads.
import type {
  Credential, Curve, ImageEvent, LogLine, Model, PlotEvent, Project, Queue, Reference, StorageBytes, Task, User, Worker,
} from "./documents";

export interface ManyAnswer {
  succeeded: { id: string; files?: FilesLeft; [field: string]: unknown }[];
  failed: { id: string; error: { codes: [number, number]; msg: string; data?: unknown } }[];
}

interface FilesLeft {
  scheduled: number;
  not_deleted: string[];
}

interface Scrolled {
  scroll_id?: string | null;
}

interface Changed {
  updated?: number;
  fields?: Record<string, unknown>;
}

interface Known {
  "server.info": { version: string; build: string; api_version: string; uid: string; server_time: string; extensions?: Record<string, boolean> };
  "login.supported_modes": {
    basic: { enabled: boolean; guest?: { enabled: boolean } };
    sso?: Record<string, string>;
    sso_providers?: { name: string; url: string; displayName?: string }[];
    authenticated?: boolean;
  };
  "auth.get_credentials": { credentials: Credential[] };
  "auth.create_credentials": { credentials: { access_key: string; secret_key: string; label?: string } };
  "auth.create_user": { id: string };
  "users.get_current_user": { user: User };
  "users.get_all_ex": { users: User[] };
  "users.get_preferences": { preferences: Record<string, unknown> };
  "organization.get_tags": { tags: string[]; system_tags?: string[] };
  "organization.get_entities_count": Record<string, number>;
  "organization.prepare_download_for_get_all": { prepare_id: string };
  "organization.get_deletion_status": { waiting: number; failed: { url: string; task?: string; attempts: number; error: string }[] };
  "organization.get_storage_usage": {
    projects: (StorageBytes & { id: string | null; name: string | null })[];
    tasks: (StorageBytes & Reference & { project?: Reference | null })[];
    total: StorageBytes;
    of_no_task: { bytes: number; files: number };
    measured: { database: string | null; files: string | null };
    is_measuring: boolean;
  };
  "organization.get_project_workloads": {
    workloads: { id: string; name: string; tasks: number; runtime: number }[];
    total_runtime: number;
    from_date: string;
    to_date: string;
  };
  "projects.get_all_ex": { projects: Project[] } & Scrolled;
  "projects.get_all": { projects: Project[] } & Scrolled;
  "projects.get_by_id": { project: Project };
  "projects.create": { id: string };
  "projects.update": Changed;
  "projects.move": { moved: number };
  "projects.validate_delete": Record<string, number>;
  "projects.delete": { deleted: number; disassociated_tasks?: number; files?: FilesLeft };
  "projects.get_unique_metric_variants": { metrics: { metric: string; metric_hash: string; variant: string; variant_hash: string }[] };
  "projects.get_hyper_parameters": { parameters: { section: string; name: string }[]; total: number; remaining: number };
  "projects.get_hyperparam_values": { total: number; values: string[] };
  "projects.get_model_metadata_keys": { keys: string[]; total: number; remaining: number };
  "projects.get_task_tags": { tags: string[]; system_tags?: string[] };
  "projects.get_model_tags": { tags: string[]; system_tags?: string[] };
  "projects.get_project_tags": { tags: string[]; system_tags?: string[] };
  "projects.get_task_parents": { parents: (Reference & { project?: Reference })[] };
  "projects.get_user_names": { users: User[] };
  "tasks.get_all_ex": { tasks: Task[] } & Scrolled;
  "tasks.get_by_id_ex": { tasks: Task[] };
  "tasks.get_types": { types: string[] };
  "tasks.create": { id: string };
  "tasks.clone": { id: string; new_project?: Reference };
  "tasks.edit": Changed;
  "tasks.update": Changed;
  "tasks.enqueue": Changed & { queued: number; queue_watched?: boolean };
  "tasks.move": { project_id: string };
  "tasks.enqueue_many": ManyAnswer & { queue_watched?: boolean };
  "tasks.dequeue_many": ManyAnswer;
  "tasks.stop_many": ManyAnswer;
  "tasks.reset_many": ManyAnswer;
  "tasks.publish_many": ManyAnswer;
  "tasks.archive_many": ManyAnswer;
  "tasks.unarchive_many": ManyAnswer;
  "tasks.delete_many": ManyAnswer;
  "tasks.get_configuration_names": { configurations: { task: string; names: string[] }[] };
  "models.get_all_ex": { models: Model[] } & Scrolled;
  "models.get_by_id_ex": { models: Model[] };
  "models.get_frameworks": { frameworks: string[] };
  "models.publish_many": ManyAnswer;
  "models.archive_many": ManyAnswer;
  "models.unarchive_many": ManyAnswer;
  "models.delete_many": ManyAnswer;
  "models.edit": Changed;
  "models.update": Changed;
  "queues.get_all_ex": { queues: Queue[] } & Scrolled;
  "queues.get_all": { queues: Queue[] } & Scrolled;
  "queues.get_by_id": { queue: Queue };
  "queues.create": { id: string };
  "queues.delete": { deleted: number };
  "queues.clear_queue": { removed_tasks?: string[] };
  "workers.get_all": { workers: Worker[] };
  "workers.get_stats": { workers: WorkerStats[] };
  "workers.get_activity_report": { total: CountsOverTime; active: CountsOverTime };
  "queues.get_queue_metrics": { queues: { queue: string; dates: number[]; avg_waiting_times: (number | null)[]; queue_lengths: (number | null)[] }[] };
  "queues.get_waiting_status": WaitingStatus;
  "events.get_task_log": { events: LogLine[]; returned: number; total: number };
  "events.get_log_lines": { lines: NumberedLine[]; first_line: number; total: number };
  "events.search_log": { lines: NumberedLine[]; next: number | null; total: number };
  "events.get_curves": { curves: ChartCurve[] };
  "events.scalar_metrics_iter_histogram": Record<string, Record<string, Curve>>;
  "events.multi_task_scalar_metrics_iter_histogram": { metrics: Record<string, Record<string, Record<string, Curve>>> };
  "events.get_task_single_value_metrics": { tasks: { task: string; values: { metric: string; variant: string; value: number | string; timestamp: number }[] }[] };
  "events.get_task_plots": { plots: PlotEvent[]; returned: number; total: number } & Scrolled;
  "events.get_multi_task_plots": {
    plots: Record<string, Record<string, Record<string, Record<string, { name: string; plots: PlotEvent[] }>>>>;
    returned: number;
    total: number;
  } & Scrolled;
  "events.get_plot_sample": PlotSample;
  "events.next_plot_sample": PlotSample;
  "events.get_task_metrics": { metrics: { task: string; metrics: string[] }[] };
  "events.get_multi_task_metrics": { metrics: { metric: string; variants: string[] }[] };
  "events.debug_images": { metrics: { task: string; iterations: { iter: number; events: ImageEvent[] }[] }[]; scroll_id: string };
  "events.get_debug_image_sample": ImageSample;
  "events.next_debug_image_sample": ImageSample;
  "pipelines.start_pipeline": { pipeline: string; enqueued: boolean };
  "pipelines.check_new_run": { can_run: boolean; problems: string[]; queue?: Reference; queue_watched: boolean };
  "pipelines.delete_runs": ManyAnswer;
  "reports.create": { id: string; project_id: string };
  "reports.get_all_ex": { tasks: Task[] } & Scrolled;
  "reports.update": Changed;
  "reports.get_tags": { tags: string[] };
  "reports.move": { project_id: string };
}

export interface WorkerStats {
  worker: string;
  metrics: { metric: string; variant: string; dates: number[]; stats: { aggregation: string; values: (number | null)[] }[] }[];
}

interface CountsOverTime {
  dates: number[];
  counts: (number | null)[];
}

/** Why a task waits; see docs/protocol-extensions.md. */
interface WaitingStatus {
  state: "waiting" | "handed_out" | "not_queued";
  reason: string;
  message: string;
  queue?: Reference | null;
  added?: string;
  position?: number;
  ahead?: Reference[];
  ahead_in_preferred_queues?: (Reference & { tasks: number; workers: number })[];
  workers?: { id: string; state: string; task?: (Reference & { running_sec: number }) | null }[];
  estimate?: { start_in_sec: number } | null;
}

interface NumberedLine {
  line: number;
  timestamp: number;
  msg: string;
  level?: string;
  worker?: string;
}

/** A curve as a chart asked for it: the points, or of each pixel the mean and the extremes. */
export interface ChartCurve {
  task: string;
  metric: string;
  variant: string;
  points: number;
  x: number[];
  y: (number | null)[];
  low?: (number | null)[];
  high?: (number | null)[];
}

export interface PlotSample {
  scroll_id: string;
  events: PlotEvent[];
  min_iteration: number | null;
  max_iteration: number | null;
}

interface ImageSample {
  scroll_id: string;
  event: ImageEvent | null;
  min_iteration: number | null;
  max_iteration: number | null;
}

export type Answer<A extends string> = A extends keyof Known ? Known[A] : Record<string, unknown>;
