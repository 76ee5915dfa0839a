// What a version of a dataset is made of: the versions it stands on, as it wrote them down. Pure.
import type { Task } from "~/api/documents";

export interface Ancestor {
  id: string;
  parents: readonly string[];
}

/** The versions of "Dataset Struct", by their tasks; empty where there is none. */
export function ancestorsOf(task: Pick<Task, "configuration">): Ancestor[] {
  try {
    const nodes = JSON.parse(task.configuration?.["Dataset Struct"]?.value ?? "") as Record<string, { job_id?: unknown; parents?: unknown } | null>;
    const idOf = (name: string) => (typeof nodes[name]?.job_id === "string" ? nodes[name].job_id : name);
    return Object.entries(nodes).map(([name, node]) => ({ id: idOf(name), parents: Array.isArray(node?.parents) ? node.parents.filter((one): one is string => typeof one === "string").map(idOf) : [] }));
  } catch {
    return [];
  }
}
