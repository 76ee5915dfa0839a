// What several runs are, row by row: a row is one fact, its values are those of the runs in their order. Pure.
import type { LastMetric, Model, Task, TaskModel } from "~/api/documents";
import { asList, duration, number } from "~/format";

export interface DiffRow {
  id: string;
  group: string;
  label: string;
  /** null: the run has no such thing. */
  values: readonly (string | null)[];
  /** The values as numbers, where the extremes of the row mean something. */
  numbers?: readonly (number | null)[];
}

/** Whether any run differs from the base in this row. */
export function differs(row: DiffRow, base: number): boolean {
  return row.values.some((value) => value !== row.values[base]);
}

/** The places of the least and the greatest number of a row; none where all are the same. */
export function extremes(row: DiffRow): { least: number; greatest: number } | null {
  if (!row.numbers) return null;
  let least = -1;
  let greatest = -1;
  row.numbers.forEach((value, at) => {
    if (value === null) return;
    if (least < 0 || value < (row.numbers?.[least] ?? 0)) least = at;
    if (greatest < 0 || value > (row.numbers?.[greatest] ?? 0)) greatest = at;
  });
  return least < 0 || row.numbers[least] === row.numbers[greatest] ? null : { least, greatest };
}

export function shownRows(rows: readonly DiffRow[], { base, onlyDifferent, search }: { base: number; onlyDifferent: boolean; search: string }): DiffRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (onlyDifferent && !differs(row, base)) return false;
    const text = `${row.group} ${row.label} ${row.values.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Rows of things that each run has its own set of: the rows of all of them, in the order in which they are first met. */
function unionRows<T>(group: string, runs: readonly T[], entriesOf: (run: T) => readonly (readonly [string, string])[]): DiffRow[] {
  const maps = runs.map((run) => new Map(entriesOf(run)));
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  return names.map((name) => ({ id: `${group}\u0000${name}`, group, label: name, values: maps.map((map) => map.get(name) ?? null) }));
}

/** "torch==2.4.0" is the package torch of the version ==2.4.0; what is no such line stands for itself. */
export function packagesOf(text: string): [string, string][] {
  return text.split("\n").flatMap((line): [string, string][] => {
    const plain = line.replace(/(^|\s)#.*$/, "").trim();
    if (!plain) return [];
    const parts = /^([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)\s*((?:[=<>!~@;].*)?)$/.exec(plain);
    return parts?.[1] === undefined ? [[plain, "yes"]] : [[parts[1].toLowerCase().replaceAll("_", "-"), parts[2]?.trim() || "any"]];
  });
}

function lines(text: string | undefined): string | null {
  return text?.trim() ? text : null;
}

export function detailRows(tasks: readonly Task[]): DiffRow[] {
  const facts = (group: string, list: readonly [string, (task: Task) => string | null | undefined][]): DiffRow[] =>
    list.map(([label, value]) => ({ id: `${group}\u0000${label}`, group, label, values: tasks.map((task) => value(task) || null) })).filter((row) => row.values.some((value) => value !== null));
  const modelNames = (list: readonly TaskModel[] | undefined): [string, string][] => (list ?? []).map((one) => [one.name, typeof one.model === "string" ? one.model : (one.model?.name ?? one.model?.id ?? "")]);
  return [
    ...facts("General", [
      ["Status", (task) => task.status], ["Type", (task) => task.type], ["Project", (task) => task.project?.name], ["User", (task) => task.user?.name], ["Tags", (task) => [...(task.tags ?? [])].sort().join(", ")],
      ["Run time", (task) => duration(task.active_duration)], ["Last iteration", (task) => (task.last_iteration && task.last_iteration > 0 ? String(task.last_iteration) : null)], ["Worker", (task) => task.last_worker], ["Description", (task) => task.comment],
    ]),
    ...facts("Execution", [
      ["Repository", (task) => task.script?.repository], ["Branch", (task) => task.script?.branch], ["Tag", (task) => task.script?.tag], ["Commit", (task) => task.script?.version_num], ["Script", (task) => task.script?.entry_point],
      ["Working directory", (task) => task.script?.working_dir], ["Python", (task) => task.script?.binary], ["Uncommitted changes", (task) => lines(task.script?.diff)], ["Output destination", (task) => task.output?.destination],
    ]),
    ...facts("Container", [["Image", (task) => task.container?.image], ["Arguments", (task) => task.container?.arguments], ["Setup script", (task) => lines(task.container?.setup_shell_script)]]),
    ...unionRows("Python packages", tasks, (task) => packagesOf(asList(task.script?.requirements?.pip))).sort((a, b) => a.label.localeCompare(b.label)),
    ...unionRows("Configuration objects", tasks, (task) => Object.values(task.configuration ?? {}).map((one) => [one.name, one.value ?? ""])),
    ...unionRows("Input models", tasks, (task) => modelNames(task.models?.input)),
    ...unionRows("Output models", tasks, (task) => modelNames(task.models?.output)),
    ...unionRows("Artifacts", tasks, (task) => (task.execution?.artifacts ?? []).map((one) => [one.key, one.hash || one.uri || one.type_data?.preview || "there"])),
  ];
}

export function paramRows(tasks: readonly Task[]): DiffRow[] {
  const sections = [...new Set(tasks.flatMap((task) => Object.keys(task.hyperparams ?? {})))];
  return sections.flatMap((section) => unionRows(section, tasks, (task) => Object.values(task.hyperparams?.[section] ?? {}).map((one) => [one.name, one.value ?? ""])));
}

export type Which = "value" | "min_value" | "max_value";

export function metricRows(runs: readonly Pick<Task, "last_metrics">[], which: Which): DiffRow[] {
  const maps = runs.map((run) => new Map(Object.values(run.last_metrics ?? {}).flatMap((variants) => Object.values(variants)).filter((one) => one.metric !== undefined).map((one): [string, LastMetric] => [`${one.metric}\u0000${one.variant}`, one])));
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((a, b) => Number(a.startsWith(":")) - Number(b.startsWith(":")) || a.localeCompare(b));
  return names.map((name) => {
    const found = maps.map((map) => map.get(name)?.[which]);
    const [metric = "", variant = ""] = name.split("\u0000");
    return { id: name, group: metric, label: variant, values: found.map((value) => (value === undefined ? null : number(value))), numbers: found.map((value) => (typeof value === "number" && Number.isFinite(value) ? value : null)) };
  });
}

export function modelRows(models: readonly Model[]): DiffRow[] {
  const facts: [string, (model: Model) => string | null | undefined][] = [
    ["Framework", (model) => model.framework], ["Project", (model) => model.project?.name], ["Made by", (model) => model.task?.name], ["Published", (model) => (model.ready ? "yes" : "no")], ["Address", (model) => model.uri],
    ["Tags", (model) => [...(model.tags ?? [])].sort().join(", ")], ["User", (model) => model.user?.name], ["Description", (model) => model.comment],
    ["Network", (model) => (typeof model.design === "string" ? model.design : model.design && Object.keys(model.design).length ? JSON.stringify(model.design, null, 1) : null)],
  ];
  return [
    ...facts.map(([label, value]) => ({ id: `General\u0000${label}`, group: "General", label, values: models.map((model) => value(model) || null) })).filter((row) => row.values.some((value) => value !== null)),
    ...unionRows("Labels", models, (model) => Object.entries(model.labels ?? {}).map(([name, value]) => [name, String(value)])),
    ...unionRows("Metadata", models, (model) => Object.values(model.metadata ?? {}).map((one) => [one.key, one.value])),
  ];
}

/** The rows as a table for another program. */
export function csvRows(names: readonly string[], rows: readonly DiffRow[]): string[][] {
  return [["", "", ...names], ...rows.map((row) => [row.group, row.label, ...row.values.map((value, at) => row.numbers?.[at]?.toString() ?? value ?? "")])];
}
