// What the names typed into the palette and the search page may mean.
import { useMemo } from "react";
import type { Model, Project, Queue, Task, TaskStatus, Worker } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { escapePattern } from "~/format";
import { isId, to } from "~/routes";

type FoundKind = "project" | "task" | "model" | "dataset" | "pipeline" | "report" | "queue" | "worker" | "tag" | "user";

export interface Found {
  kind: FoundKind;
  id: string;
  name: string;
  hint?: string;
  group: string;
  href: string;
  status?: TaskStatus;
}

const TASK_FIELDS = ["id", "name", "type", "status", "project.name", "project.id", "system_tags", "last_update"];

/** Where a task's page is: runs of pipelines, versions of datasets and reports have their own. */
function hrefOfTask(task: Pick<Task, "id" | "project" | "system_tags">): string {
  const project = task.project?.name ?? "";
  if (task.system_tags?.includes("reports") || /(^|\/)\.reports(\/|$)/.test(project)) return to.report(task.id);
  if (task.project && task.system_tags?.includes("dataset")) return to.dataset(task.project.id, task.id);
  if (task.project && task.system_tags?.includes("pipeline")) return to.run(task.project.id, task.id);
  return to.task(task.id);
}

function kindOfTask(task: Pick<Task, "project" | "system_tags">): FoundKind {
  if (task.system_tags?.includes("reports") || /(^|\/)\.reports(\/|$)/.test(task.project?.name ?? "")) return "report";
  if (task.system_tags?.includes("dataset")) return "dataset";
  return task.system_tags?.includes("pipeline") ? "pipeline" : "task";
}

/** "a/.datasets/b" is the dataset b of the project a. */
export function shownProjectName(name: string): string {
  return name.replace(/(^|\/)\.(datasets|pipelines|reports)(?=\/|$)/g, "").replace(/^\//, "");
}

function projectHref(project: Project): string {
  if (/(^|\/)\.datasets\//.test(project.name)) return to.dataset(project.id);
  if (/(^|\/)\.pipelines\//.test(project.name)) return to.pipeline(project.id);
  return to.project(project.id);
}

function foundTasks(tasks: readonly Task[]): Found[] {
  const GROUPS: Partial<Record<FoundKind, string>> = { task: "Tasks", dataset: "Datasets", pipeline: "Pipelines", report: "Reports" };
  return tasks.map((task) => {
    const kind = kindOfTask(task);
    return {
      kind, id: task.id, name: task.name, group: GROUPS[kind] ?? "Tasks", href: hrefOfTask(task), status: task.status,
      ...(task.project?.name ? { hint: shownProjectName(task.project.name) } : {}),
    };
  });
}

/** Everything whose name or id holds `text`; "#tag" and "@user" search for tasks of those. */
export function useFound(text: string, size: number): { items: Found[]; isLoading: boolean } {
  const kind = text.startsWith("#") ? "tag" : text.startsWith("@") ? "user" : "name";
  const wanted = kind === "name" ? text : text.slice(1).trim();
  const isAsked = wanted.length > 0;
  const pattern = { pattern: escapePattern(wanted), fields: ["name", "id"] };
  const recent = { order_by: ["-last_update"], page: 0, page_size: size };
  const options = { enabled: isAsked && kind === "name", keeps: true, fresh: 5_000 };
  const tasks = useAnswer("tasks.get_all_ex", { _any_: pattern, only_fields: TASK_FIELDS, search_hidden: isId(wanted), ...recent }, options);
  const hidden = useAnswer("tasks.get_all_ex", { _any_: pattern, only_fields: TASK_FIELDS, search_hidden: true, system_tags: ["__$any", "dataset", "pipeline", "reports"], ...recent }, options);
  const projects = useAnswer("projects.get_all_ex", { _any_: { pattern: escapePattern(wanted), fields: ["name", "id"] }, only_fields: ["id", "name", "last_update"], ...recent }, options);
  const models = useAnswer("models.get_all_ex", { _any_: pattern, only_fields: ["id", "name", "project.name", "last_update"], ...recent }, options);
  const queues = useAnswer("queues.get_all", { only_fields: ["id", "name"] }, { ...options, fresh: 30_000 });
  const workers = useAnswer("workers.get_all", {}, { ...options, fresh: 30_000 });
  const tags = useAnswer("organization.get_tags", {}, { enabled: kind === "tag", fresh: 60_000 });
  const users = useAnswer("users.get_all_ex", { only_fields: ["id", "name"] }, { enabled: kind === "user", fresh: 60_000 });
  const items = useMemo<Found[]>(() => {
    const matches = (name: string) => name.toLowerCase().includes(wanted.toLowerCase());
    if (kind === "tag")
      return (tags.data?.tags ?? []).filter(matches).slice(0, 30).map((tag) => ({ kind: "tag", id: tag, name: tag, group: "Tags", href: to.tasks(new URLSearchParams({ tags: tag }).toString()) }));
    if (kind === "user")
      return (users.data?.users ?? []).filter((user) => matches(user.name)).slice(0, 30).map((user) => ({ kind: "user", id: user.id, name: user.name, group: "Users", href: to.tasks(new URLSearchParams({ user: user.id }).toString()) }));
    if (!isAsked) return [];
    const special = foundTasks(hidden.data?.tasks ?? []);
    const plain = foundTasks(tasks.data?.tasks ?? []).filter((one) => !special.some((other) => other.id === one.id));
    return [
      ...(projects.data?.projects ?? []).map((one: Project): Found => ({ kind: "project", id: one.id, name: one.name, group: "Projects", href: projectHref(one) })),
      ...plain,
      ...special,
      ...(models.data?.models ?? []).map((one: Model): Found => ({ kind: "model", id: one.id, name: one.name, group: "Models", href: to.model(one.id), ...(one.project?.name ? { hint: one.project.name } : {}) })),
      ...(queues.data?.queues ?? []).filter((one: Queue) => matches(one.name) || one.id === wanted).slice(0, size).map((one): Found => ({ kind: "queue", id: one.id, name: one.name, group: "Queues", href: to.queue(one.id) })),
      ...(workers.data?.workers ?? []).filter((one: Worker) => matches(one.id)).slice(0, size).map((one): Found => ({ kind: "worker", id: one.id, name: one.id, group: "Workers", href: to.worker(one.id) })),
    ];
  }, [kind, wanted, isAsked, size, tasks.data, hidden.data, projects.data, models.data, queues.data, workers.data, tags.data, users.data]);
  return { items, isLoading: isAsked && kind === "name" && (tasks.isFetching || projects.isFetching) };
}
