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

/** For each step the column it stands in: behind all that it waits for. Steps that wait for each other stand where the circle is entered. */
export function columnsOf(steps: readonly Step[]): Map<string, number> {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const out = new Map<string, number>();
  const open = new Set<string>();
  const column = (name: string): number => {
    const known = out.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) return 0;
    open.add(name);
    const parents = byName.get(name)?.parents ?? [];
    const value = parents.length === 0 ? 0 : Math.max(...parents.map(column)) + 1;
    open.delete(name);
    out.set(name, value);
    return value;
  };
  for (const step of steps) column(step.name);
  return out;
}

export interface Place {
  x: number;
  y: number;
}

export const NODE = { width: 196, height: 48, gapX: 64, gapY: 16 } as const;

/** Where each step is drawn: from left to right, within a column close to those it waits for. */
export function layOut(steps: readonly Step[]): { places: Map<string, Place>; width: number; height: number } {
  const columns = columnsOf(steps);
  const count = Math.max(0, ...columns.values()) + (steps.length > 0 ? 1 : 0);
  const lists: Step[][] = Array.from({ length: count }, () => []);
  for (const step of steps) lists[columns.get(step.name) ?? 0]?.push(step);
  const row = new Map<string, number>();
  for (const list of lists) {
    const wanted = (step: Step) => {
      const rows = step.parents.map((parent) => row.get(parent)).filter((one) => one !== undefined);
      return rows.length === 0 ? 0 : rows.reduce((sum, one) => sum + one, 0) / rows.length;
    };
    const sorted = list.map((step, index) => ({ step, at: wanted(step), index })).sort((a, b) => a.at - b.at || a.index - b.index);
    let next = 0;
    for (const { step, at } of sorted) {
      const place = Math.max(next, Math.round(at));
      row.set(step.name, place);
      next = place + 1;
    }
  }
  const rows = Math.max(0, ...row.values()) + 1;
  const places = new Map(steps.map((step) => [step.name, { x: (columns.get(step.name) ?? 0) * (NODE.width + NODE.gapX), y: (row.get(step.name) ?? 0) * (NODE.height + NODE.gapY) }]));
  return { places, width: Math.max(0, count * (NODE.width + NODE.gapX) - NODE.gapX), height: Math.max(0, rows * (NODE.height + NODE.gapY) - NODE.gapY) };
}
