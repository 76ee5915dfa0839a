// What can be done with a task in which state. The server has the last word; this is so that nobody is offered a no. Pure.
import type { Task, TaskStatus } from "~/api/documents";

export const TASK_ACTIONS = [
  "enqueue", "retry", "dequeue", "stop", "stop_children", "reset", "publish", "clone", "move", "tags", "archive", "restore", "delete",
] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];

export type Actable = Pick<Task, "id" | "name" | "status" | "type" | "system_tags" | "company">;

const FROM: Partial<Record<TaskAction, readonly TaskStatus[]>> = {
  enqueue: ["created", "stopped"],
  retry: ["failed"],
  dequeue: ["queued"],
  stop: ["queued", "in_progress"],
  reset: ["completed", "stopped", "failed", "closed", "unknown"],
  publish: ["completed", "stopped", "failed", "closed"],
};

/** Tasks of this kind start others. */
const PARENTS = ["controller", "optimizer"];

export function isArchived(task: Pick<Task, "system_tags">): boolean {
  return task.system_tags?.includes("archived") ?? false;
}

/** Examples that everybody sees and nobody changes. */
export function isPublic(task: Pick<Task, "company">): boolean {
  return task.company !== undefined && !task.company?.id;
}

export function isPublished(task: Pick<Task, "status">): boolean {
  return task.status === "published" || task.status === "publishing";
}

/** Why the action is not possible; null when it is. */
export function whyNot(action: TaskAction, task: Actable): string | null {
  if (isPublic(task) && action !== "clone") return "an example, which nobody changes";
  const from = FROM[action];
  if (from && !from.includes(task.status)) return `only from ${from.map((one) => WORDS[one]).join(", ")}`;
  switch (action) {
    case "enqueue":
    case "retry":
      return isArchived(task) ? "it is archived" : null;
    case "archive":
      return isArchived(task) ? "it is archived already" : null;
    case "restore":
      return isArchived(task) ? null : "it is not archived";
    case "delete":
      return task.status === "in_progress" || task.status === "queued" ? "it is running or queued: abort it first" : null;
    case "stop_children":
      return PARENTS.includes(task.type) ? null : "only for pipelines and optimizers";
    default:
      return null;
  }
}

const WORDS: Record<TaskStatus, string> = {
  created: "draft", queued: "queued", in_progress: "running", completed: "completed", failed: "failed", stopped: "aborted", published: "published",
  publishing: "publishing", closed: "closed", unknown: "unknown",
};

export interface Eligible<T> {
  able: T[];
  /** Why how many are not: "only from queued" → 3. */
  reasons: Map<string, number>;
}

export function eligible<T extends Actable>(action: TaskAction, tasks: readonly T[]): Eligible<T> {
  const able: T[] = [];
  const reasons = new Map<string, number>();
  for (const task of tasks) {
    const reason = whyNot(action, task);
    if (reason === null) able.push(task);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { able, reasons };
}

/** A draft is changed in all its parts; other tasks keep what they ran. */
export function isEditable(task: Actable): boolean {
  return task.status === "created" && !isPublic(task);
}
