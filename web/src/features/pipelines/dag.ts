// A pipeline as its controller keeps it: steps, what each waits for, and the task that runs it. Pure.
import type { TaskStatus } from "~/api/documents";

export interface Step {
  name: string;
  parents: readonly string[];
  /** The task that runs or ran it; null as long as there is none. */
  task: string | null;
  baseTask: string | null;
  queue: string | null;
  stage: string | null;
  status: TaskStatus | "waiting" | "skipped" | "cached";
  seconds: number | null;
}

const STATUSES: Record<string, Step["status"]> = {
  pending: "waiting", queued: "queued", running: "in_progress", in_progress: "in_progress", completed: "completed", published: "published", failed: "failed", aborted: "stopped", stopped: "stopped", skipped: "skipped", cached: "cached", created: "created",
};

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The steps in the controller's configuration; an empty list where it is none or is broken. */
export function stepsOf(configuration: string | undefined): Step[] {
  let nodes: unknown;
  try {
    nodes = JSON.parse(configuration ?? "");
  } catch {
    return [];
  }
  if (typeof nodes !== "object" || nodes === null || Array.isArray(nodes)) return [];
  const names = new Set(Object.keys(nodes));
  return Object.entries(nodes as Record<string, Record<string, unknown> | null>).map(([name, node]) => {
    const started = node?.job_started;
    const ended = node?.job_ended;
    return {
      name,
      parents: Array.isArray(node?.parents) ? node.parents.filter((one): one is string => typeof one === "string" && names.has(one) && one !== name) : [],
      task: text(node?.executed) ?? text(node?.job_id),
      baseTask: text(node?.base_task_id), queue: text(node?.queue), stage: text(node?.stage),
      status: node?.skip_job === true ? "skipped" : (STATUSES[text(node?.status) ?? ""] ?? (text(node?.executed) ? "completed" : "waiting")),
      seconds: typeof started === "number" && typeof ended === "number" && ended >= started ? ended - started : null,
    };
  });
}
