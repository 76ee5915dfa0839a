// One task: what it is, what it runs, what it reported.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Link, useLocation } from "wouter";
import { call } from "../../api";
import { Empty, Loading, Problem, Status } from "../../design/parts";
import { ago, span } from "../../format";
import type { Task } from "../../types";
import { TaskMenu } from "./actions";
import { Artifacts } from "./tabs/artifacts";
import { Configuration } from "./tabs/configuration";
import { Console } from "./tabs/console";
import { Execution } from "./tabs/execution";
import { Info } from "./tabs/info";

const Scalars = lazy(() => import("./tabs/scalars").then((module) => ({ default: module.Scalars })));
const Images = lazy(() => import("./tabs/images").then((module) => ({ default: module.Images })));

const TABS = ["execution", "configuration", "artifacts", "info", "console", "scalars", "images"] as const;
type Tab = (typeof TABS)[number];
const TAB_NAMES: Record<Tab, string> = {
  execution: "Execution",
  configuration: "Configuration",
  artifacts: "Artifacts",
  info: "Info",
  console: "Console",
  scalars: "Scalars",
  images: "Debug images",
};

export function isLive(task: Task): boolean {
  return task.status === "in_progress" || task.status === "queued";
}

export function TaskPage({ id, tab }: { id: string; tab?: string | undefined }) {
  const [, go] = useLocation();
  const query = useQuery({
    queryKey: ["task", id],
    queryFn: async ({ signal }) => {
      const { tasks } = await call<{ tasks: Task[] }>("tasks.get_all_ex", { id: [id], search_hidden: true }, signal);
      return tasks[0] ?? null;
    },
    refetchInterval: (state) => (state.state.data && isLive(state.state.data) ? 2_000 : 10_000),
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  const task = query.data;
  if (!task) return <Empty title="There is no such task." ><Link href="/tasks">All tasks</Link></Empty>;
  const shown: Tab = TABS.find((one) => one === tab) ?? (task.status === "in_progress" ? "console" : "execution");
  return (
    <article>
      <header className="task-head">
        <div className="dim crumbs">
          {task.project?.id ? <Link href={`/projects/${task.project.id}`}>{task.project.name}</Link> : "No project"}
        </div>
        <div className="row">
          <h1>{task.name}</h1>
          <Status value={task.status} />
          <span className="dim">
            {task.started ? `started ${ago(task.started)}` : `created ${ago(task.created)}`}
            {task.active_duration ? ` · ran ${span(task.active_duration)}` : ""}
            {task.last_worker ? ` · ${task.last_worker}` : ""}
          </span>
          <span className="grow" />
          <TaskMenu task={task} label="Actions ▾" />
        </div>
        {task.status_message && (task.status === "failed" || task.status === "stopped") ? (
          <div className={task.status === "failed" ? "problem" : "note"}>
            <span>
              {task.status_reason ? <b>{task.status_reason}: </b> : null}
              {task.status_message}
            </span>
          </div>
        ) : null}
      </header>
      <div role="tablist" className="tabs" aria-label="Parts of the task">
        {TABS.map((one) => (
          <button key={one} role="tab" aria-selected={one === shown} onClick={() => go(`/tasks/${id}/${one}`, { replace: true })}>
            {TAB_NAMES[one]}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={TAB_NAMES[shown]}>
        <Suspense fallback={<Loading />}>
          {shown === "execution" ? <Execution key={task.id + task.status} task={task} /> : null}
          {shown === "configuration" ? <Configuration key={task.id + task.status} task={task} /> : null}
          {shown === "artifacts" ? <Artifacts task={task} /> : null}
          {shown === "info" ? <Info task={task} /> : null}
          {shown === "console" ? <Console key={task.id} task={task} /> : null}
          {shown === "scalars" ? <Scalars key={task.id} task={task} /> : null}
          {shown === "images" ? <Images key={task.id} task={task} /> : null}
        </Suspense>
      </div>
    </article>
  );
}
