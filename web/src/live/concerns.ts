// Which changes concern which question to the server. Pure.
import type { Change, ChangeKind, Reported } from "./change";

export interface Need {
  kinds: readonly ChangeKind[];
  /** Only changes of these tasks (or models); null: of any. */
  ids: readonly string[] | null;
  /** Only what lies directly in these projects; null: in any. */
  projects: readonly string[] | null;
  /** Of what was reported, only this. */
  reported: readonly Reported[] | null;
  /** Sums over many: what a task reports does not change them, only that it came, went or has another status. */
  isSummary: boolean;
}

const ANY: Need = { kinds: [], ids: null, projects: null, reported: null, isSummary: false };

const REPORTS: Record<string, readonly Reported[]> = {
  "events.get_curves": ["scalar"],
  "events.get_task_single_value_metrics": ["scalar"],
  "events.get_multi_task_metrics": ["scalar"],
  "events.get_task_metrics": ["image"],
  "events.debug_images": ["image"],
  "events.get_task_plots": ["plot"],
  "events.get_multi_task_plots": ["plot"],
  "events.get_log_lines": ["log"],
};

const SUMMARIES: Record<string, readonly ChangeKind[]> = {
  "projects.get_all_ex": ["project", "task"],
  "organization.get_entities_count": ["task", "model", "project"],
};

/** Of a question as the cache knows it, [action, body or ids, …]; null: the stream does not tell when its answer changes. */
export function needOf(key: readonly unknown[]): Need | null {
  const [action, body] = key;
  if (typeof action !== "string") return null;
  const reported = REPORTS[action];
  if (reported) {
    const ids = idsOf(body);
    return ids.length === 0 ? null : { ...ANY, kinds: ["events", "task", "model"], ids, reported };
  }
  const summary = SUMMARIES[action];
  if (summary) return { ...ANY, kinds: summary, isSummary: true };
  switch (action) {
    case "tasks.get_by_id_ex":
      return { ...ANY, kinds: ["task"], ids: idsOf(body) };
    case "tasks.get_all_ex":
    case "reports.get_all_ex":
      return listNeed("task", body);
    case "models.get_by_id_ex":
      return { ...ANY, kinds: ["model"], ids: idsOf(body) };
    case "models.get_all_ex":
      return listNeed("model", body);
    case "queues.get_all_ex":
    case "queues.get_all":
      return { ...ANY, kinds: ["queue"] };
    case "queues.get_waiting_status":
      return { ...ANY, kinds: ["queue", "worker"] };
    case "workers.get_all":
      return { ...ANY, kinds: ["worker"] };
    default:
      return null;
  }
}

function listNeed(kind: ChangeKind, body: unknown): Need {
  const { id, project, include_subprojects } = (body ?? {}) as Record<string, unknown>;
  const ids = strings(id);
  return { ...ANY, kinds: [kind], ids: ids.length > 0 ? ids : null, projects: Array.isArray(project) && !include_subprojects ? strings(project) : null };
}

/** The tasks and models that a question names. */
function idsOf(body: unknown): string[] {
  if (typeof body === "string" || Array.isArray(body)) return strings(body);
  const { id, task, tasks, metrics } = (body ?? {}) as Record<string, unknown>;
  const ofMetrics = Array.isArray(metrics) ? metrics.map((one: unknown) => (one as { task?: unknown }).task) : [];
  return [...strings(id), ...strings(task), ...strings(tasks), ...strings(ofMetrics)];
}

function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string" && one !== "");
}

/** `isNews`: the thing came, went, or its status is another than when it was last told of. */
export function concerns(need: Need, change: Change, isNews: boolean): boolean {
  if (!need.kinds.includes(change.kind)) return false;
  if (need.ids && !need.ids.includes(change.id)) return false;
  if (need.projects && change.project !== undefined && !need.projects.includes(change.project)) return false;
  if (need.isSummary && !isNews) return false;
  if (!need.reported) return true;
  // What a task reported goes with it and with a reset.
  if (change.kind !== "events") return change.action === "deleted" || (isNews && change.status === "created");
  return change.events?.some((one) => need.reported?.includes(one)) ?? true;
}

const IDS_MAX = 50;
const USUAL: readonly ChangeKind[] = ["task", "model", "project", "queue", "worker"];

/** What to ask the stream for, so that all these needs hear what concerns them: the query of its address. */
export function interestOf(needs: readonly Need[]): string {
  const ids = [...new Set(needs.flatMap((need) => need.ids ?? []))].sort();
  const isOfTasks = needs.length > 0 && needs.every((need) => need.ids && need.kinds.every((kind) => kind === "task" || kind === "events" || kind === "model"));
  const hasEvents = needs.some((need) => need.kinds.includes("events"));
  // A page of one task, or of a few, need not hear of all the others.
  if (isOfTasks && ids.length <= IDS_MAX && !needs.some((need) => need.kinds[0] === "model")) return `kinds=task${hasEvents ? ",events" : ""}&task=${ids.join(",")}`;
  return `kinds=${[...USUAL, ...(hasEvents ? ["events"] : [])].join(",")}`;
}
