// What the task table can be filtered by, and where the values come from.
import { useMemo } from "react";
import { TASK_STATUSES } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import type { Item } from "~/design/pick";
import { STATUS_WORDS } from "~/design/status";
import type { TaskStatus } from "~/api/documents";
import { escapePattern } from "~/format";
import { parseParamId, type FilterField } from "~/table/filters";
import type { Params } from "~/shell/address";
import { shownProjectName } from "../../search/find";

export const TASK_FILTERS: readonly FilterField[] = [
  { key: "status", label: "Status", kind: "choice", field: "status" },
  { key: "type", label: "Type", kind: "choice", field: "type" },
  { key: "user", label: "User", kind: "choice", field: "user" },
  { key: "tags", label: "Tags", kind: "tags", field: "tags" },
  { key: "project", label: "Project", kind: "choice", field: "project" },
  { key: "parent", label: "Parent", kind: "choice", field: "parent" },
  { key: "worker", label: "Worker", kind: "choice", field: "last_worker" },
  { key: "iter", label: "Iteration", kind: "range", field: "last_iteration" },
  { key: "run", label: "Run time", kind: "duration", field: "active_duration" },
  { key: "started", label: "Started", kind: "time", field: "started" },
  { key: "updated", label: "Updated", kind: "time", field: "last_update" },
  { key: "created", label: "Created", kind: "time", field: "created" },
];

const FILTERED_STATUSES: readonly TaskStatus[] = ["created", "queued", "in_progress", "completed", "failed", "stopped", "published"];

/** The projects of a table: none means all. */
function projectBody(project: string | null): { projects?: string[] } {
  return project ? { projects: [project] } : {};
}

export function useTaskChoices(project: string | null) {
  return function useChoices(field: FilterField, search: string): { items: Item[]; isLoading: boolean } {
    const of = projectBody(project);
    const param = parseParamId(field.key);
    const slow = { fresh: 60_000 };
    const types = useAnswer("tasks.get_types", of, { ...slow, enabled: field.key === "type" });
    const users = useAnswer("projects.get_user_names", { ...of, entity: "task" } as never, { ...slow, enabled: field.key === "user" });
    const tags = useAnswer("projects.get_task_tags", of, { ...slow, enabled: field.key === "tags" });
    const parents = useAnswer("projects.get_task_parents", of as never, { ...slow, enabled: field.key === "parent" });
    const projects = useAnswer(
      "projects.get_all_ex",
      { only_fields: ["id", "name"], order_by: ["name"], page: 0, page_size: 60, ...(search.trim() ? { _any_: { pattern: escapePattern(search.trim()), fields: ["name"] } } : {}) },
      { keeps: true, enabled: field.key === "project" },
    );
    const workers = useAnswer("workers.get_all", {}, { ...slow, enabled: field.key === "worker" });
    const values = useAnswer("projects.get_hyperparam_values", { ...of, section: param?.section ?? "", name: param?.name ?? "" }, { ...slow, enabled: param !== null });
    const matches = (text: string) => text.toLowerCase().includes(search.trim().toLowerCase());
    const plain = (list: readonly string[] | undefined) => (list ?? []).filter(matches).map((value) => ({ value, label: value }));
    const named = (list: readonly { id: string; name?: string }[] | undefined) => (list ?? []).filter((one) => matches(one.name ?? one.id)).map((one) => ({ value: one.id, label: one.name ?? one.id }));
    switch (field.key) {
      case "status":
        return { items: FILTERED_STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] })), isLoading: false };
      case "type":
        return { items: plain(types.data?.types), isLoading: types.isFetching };
      case "user":
        return { items: named(users.data?.users), isLoading: users.isFetching };
      case "tags":
        return { items: plain(tags.data?.tags), isLoading: tags.isFetching };
      case "parent":
        return { items: named(parents.data?.parents), isLoading: parents.isFetching };
      case "project":
        return { items: named(projects.data?.projects?.map((one) => ({ id: one.id, name: shownProjectName(one.name) }))), isLoading: projects.isFetching };
      case "worker":
        return { items: plain(workers.data?.workers.map((one) => one.id)), isLoading: workers.isFetching };
      default:
        return { items: plain(values.data?.values).map((one) => ({ ...one, label: one.label.slice(0, 200) })), isLoading: values.isFetching };
    }
  };
}

/** Names of the ids that the address holds. */
export function useFilterNames(params: Params): (field: FilterField, value: string) => string {
  const users = useAnswer("users.get_all_ex", { only_fields: ["id", "name"] }, { enabled: Boolean(params.user), fresh: 60_000 });
  const projectIds = params.project?.split(",") ?? [];
  const projects = useAnswer("projects.get_all_ex", { id: projectIds, only_fields: ["id", "name"], search_hidden: true }, { enabled: projectIds.length > 0, fresh: 60_000 });
  const parentIds = params.parent?.split(",") ?? [];
  const parents = useAnswer("tasks.get_all_ex", { id: parentIds, only_fields: ["id", "name"], search_hidden: true }, { enabled: parentIds.length > 0, fresh: 60_000 });
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const one of [...(users.data?.users ?? []), ...(projects.data?.projects ?? []), ...(parents.data?.tasks ?? [])]) names.set(one.id, one.name);
    return (field, value) => (field.key === "status" ? (STATUS_WORDS[TASK_STATUSES.find((one) => one === value) ?? "unknown"] ?? value) : (names.get(value) ?? value.slice(0, 60)));
  }, [users.data, projects.data, parents.data]);
}
