// All addresses of the pages, in one place: nothing else writes a path.
import { decoded } from "./format";

const e = encodeURIComponent;

export const TASK_TABS = ["pipeline", "dataset", "overview", "config", "exec", "artifacts", "console", "scalars", "plots", "samples", "info"] as const;
export type TaskTab = (typeof TASK_TABS)[number];
export const PROJECT_TABS = ["overview", "tasks", "models", "workloads"] as const;
export type ProjectTab = (typeof PROJECT_TABS)[number];
export const MODEL_TABS = ["general", "network", "scalars", "plots"] as const;
export type ModelTab = (typeof MODEL_TABS)[number];
export const COMPARE_VIEWS = ["details", "params", "scalars", "plots", "samples", "console"] as const;
export type CompareView = (typeof COMPARE_VIEWS)[number];
export const SETTINGS = ["profile", "credentials", "ui", "keys", "users", "storage", "about"] as const;
export type SettingsSection = (typeof SETTINGS)[number];

/** "all" stands for every project. */
export const ALL = "all";

export const to = {
  home: () => "/",
  login: (next?: string) => (next && next !== "/" ? `/login?to=${e(next)}` : "/login"),
  welcome: () => "/welcome",
  search: (text = "") => (text ? `/search?q=${e(text)}` : "/search"),
  projects: (path = "") => (path ? `/projects/${path.split("/").map(e).join("/")}` : "/projects"),
  project: (id: string, tab: ProjectTab = "tasks", query = "") => `/p/${e(id)}/${tab}${query ? `?${query}` : ""}`,
  tasks: (query = "") => `/tasks${query ? `?${query}` : ""}`,
  task: (id: string, tab?: TaskTab) => `/t/${e(id)}${tab ? `/${tab}` : ""}`,
  line: (id: string, line: number) => `/t/${e(id)}/console?line=${line}`,
  compare: (ids: readonly string[], view: CompareView = "details", kind: "tasks" | "models" = "tasks") =>
    `/compare/${view}?ids=${ids.map(e).join(",")}${kind === "models" ? "&kind=models" : ""}`,
  models: () => "/models",
  model: (id: string, tab?: ModelTab) => `/models/${e(id)}${tab ? `/${tab}` : ""}`,
  datasets: () => "/datasets",
  dataset: (project: string, version?: string) => (version ? `/t/${e(version)}/dataset` : `/datasets/${e(project)}`),
  pipelines: () => "/pipelines",
  pipeline: (project: string) => `/pipelines/${e(project)}`,
  run: (_project: string, run: string) => `/t/${e(run)}/pipeline`,
  reports: () => "/reports",
  report: (id: string) => `/reports/${e(id)}`,
  workers: () => "/workers",
  worker: (id: string) => `/workers/${e(id)}`,
  queues: () => "/queues",
  queue: (id: string) => `/queues/${e(id)}`,
  settings: (section: SettingsSection = "profile") => `/settings/${section}`,
} as const;

const ID = /^[0-9a-f]{32}$/;
/** What ids look like: pasted into the palette they lead to what they name. */
export function isId(text: string): boolean {
  return ID.test(text.trim());
}

const OLD_TASK_TABS: Record<string, TaskTab> = {
  execution: "exec",
  "hyper-params": "config",
  artifacts: "artifacts",
  general: "info",
  log: "console",
  scalar: "scalars",
  plots: "plots",
  debugImages: "samples",
};

function oldTab(rest: readonly string[]): TaskTab | undefined {
  for (const part of [...rest].reverse()) {
    const tab = OLD_TASK_TABS[part];
    if (tab) return tab;
  }
  return undefined;
}

/**
 * Where an address of the stock UI, or one that the SDK prints, leads here; null for any other. They live on in logs, chats
 * and papers. Pure.
 */
export function fromOldAddress(path: string, search = ""): string | null {
  // What the stock pages write behind a semicolon is a part of its own.
  const [first = "", ...rest] = path.split(/[/;]/).filter(Boolean).map(decoded);
  const params = new URLSearchParams(search);
  switch (first) {
    case "dashboard":
      return to.home();
    case "workers-and-queues":
    case "orchestration": {
      const id = params.get("id");
      if (rest[0] === "queues") return id ? to.queue(id) : to.queues();
      return id ? to.worker(id) : to.workers();
    }
    case "compare-tasks":
    case "compare-models":
      return oldCompare(rest, first === "compare-models");
    case "settings":
      if (rest[0] === "workspace-configuration") return to.settings("credentials");
      if (rest[0] === "webapp-configuration") return to.settings("ui");
      if (rest[0] === "storage-credentials") return to.settings("storage");
      return null;
    case "projects":
    case "pipelines":
    case "datasets":
    case "reports":
      return oldProject(first, rest);
    default:
      return null;
  }
}

function oldCompare(rest: readonly string[], isModels: boolean): string {
  const ids = (rest.find((part) => part.startsWith("ids=")) ?? "").slice(4).split(",").filter(Boolean);
  const view = rest.includes("scalars") ? "scalars" : rest.includes("hyper-params") ? "params" : rest.includes("metrics-plots") || rest.includes("plots") ? "plots" : rest.includes("debug-images") ? "samples" : "details";
  return to.compare(ids, view, isModels ? "models" : "tasks");
}

function oldProject(kind: string, parts: readonly string[]): string | null {
  const rest = parts[0] === "simple" || parts[0] === "hyper" ? parts.slice(1) : parts;
  const [project = "", noun = "", id = "", ...below] = rest;
  const isProject = ID.test(project) || project === "*";
  if (kind === "reports") return isProject && noun ? (ID.test(noun) ? to.report(noun) : null) : null;
  if (!isProject) return null;
  const own = project === "*" ? ALL : project;
  // "/pipelines/<project>" and "/datasets/<project>" are ours, too.
  if (noun === "" && rest.length === parts.length && project !== "*" && kind !== "projects") return null;
  if (noun === "tasks" || noun === "experiments") {
    if (ID.test(id)) {
      if (kind === "pipelines") return to.run(own, id);
      if (kind === "datasets") return to.dataset(own, id);
      return to.task(id, oldTab(below));
    }
    if (kind === "pipelines") return to.pipeline(own);
    if (kind === "datasets") return to.dataset(own);
    return own === ALL ? to.tasks() : to.project(own, "tasks");
  }
  if (noun === "models") return ID.test(id) ? to.model(id) : own === ALL ? to.models() : to.project(own, "models");
  if (noun === "compare-tasks" || noun === "compare-experiments") return oldCompare([id, ...below], false);
  if (noun === "compare-models") return oldCompare([id, ...below], true);
  if (noun === "overview" || noun === "workloads") return to.project(own, noun);
  if (noun === "projects" || noun === "") {
    if (kind === "pipelines") return to.pipeline(own);
    if (kind === "datasets") return to.dataset(own);
    return own === ALL ? to.tasks() : to.project(own, "tasks");
  }
  return null;
}
