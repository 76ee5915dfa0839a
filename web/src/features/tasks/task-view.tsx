// One task: what it is, what it runs, what it reported. The same on its own page and beside a list.
import { ChevronDown, Maximize2, Plus, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { useChange } from "~/api/queries";
import { later } from "~/design/later";
import { Button, CopyButton, IconButton } from "~/design/button";
import { cx } from "~/design/class-names";
import { Dialog } from "~/design/dialog";
import { TextField } from "~/design/field";
import { Menu } from "~/design/menu";
import { Ago, Empty, Loading, Notice, Problem, Tag } from "~/design/parts";
import { Status } from "~/design/status";
import { Tabs } from "~/design/tabs";
import { duration } from "~/format";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { TASK_TABS, to, type TaskTab } from "~/routes";
import { whenIdle } from "~/shell/idle";
import { useGo } from "~/shell/link";
import { isArchived, isPublic, whyNot } from "./actions/eligibility";
import { useTaskActions } from "./actions/task-actions";
import { runTime } from "./list/columns";
import css from "./task.module.css";
import { useTask } from "./task-query";

const PipelineTab = later(() => import("../pipelines/pipeline-tab").then((module) => module.PipelineTab));
const DatasetTab = later(() => import("../datasets/dataset-tab").then((module) => module.DatasetTab));
const Overview = later(() => import("./tabs/overview").then((module) => module.Overview));
const Configuration = later(() => import("./tabs/configuration").then((module) => module.Configuration));
const Execution = later(() => import("./tabs/execution").then((module) => module.Execution));
const Artifacts = later(() => import("./tabs/artifacts").then((module) => module.Artifacts));
const Console = later(() => import("./console/console").then((module) => module.Console));
const Scalars = later(() => import("./scalars/scalars").then((module) => module.Scalars));
const Plots = later(() => import("./plots/plots").then((module) => module.Plots));
const Samples = later(() => import("./samples/samples").then((module) => module.Samples));
const Info = later(() => import("./tabs/info").then((module) => module.Info));

const TAB_NAMES: Record<TaskTab, string> = {
  pipeline: "Pipeline", dataset: "Dataset", overview: "Overview", config: "Configuration", exec: "Execution", artifacts: "Artifacts", console: "Console", scalars: "Scalars", plots: "Plots", samples: "Debug samples", info: "Info",
};

/** A tab that fills the room and scrolls by itself. */
const FILLS: readonly TaskTab[] = ["pipeline", "console", "plots", "scalars", "samples"];

/** The tabs that mean something for this task. */
function tabsOf(task: Task | null | undefined): TaskTab[] {
  const isPipeline = task?.type === "controller" && task.configuration?.Pipeline !== undefined;
  const isDataset = task?.system_tags?.includes("dataset") ?? false;
  return TASK_TABS.filter((one) => (one === "pipeline" ? isPipeline : one === "dataset" ? isDataset : true));
}

export function TaskView({ id, tab, onTab, panel }: { id: string; tab: TaskTab; onTab: (tab: TaskTab) => void; panel?: { onClose: () => void } }) {
  const query = useTask(id);
  const go = useGo();
  const [wasThere, setWasThere] = useState<Task | null>(null);
  const task = query.data;
  useEffect(() => {
    if (task) setWasThere(task);
  }, [task]);
  const tabs = tabsOf(task);
  const step = (by: number) => onTab(tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? "overview");
  useCommands([
    { ...listed("tab:next"), isKeyOnly: true, run: () => step(1) },
    { ...listed("tab:back"), isKeyOnly: true, run: () => step(-1) },
    ...tabs.map((one) => ({ id: `tab:${one}`, label: `Show: ${TAB_NAMES[one]}`, group: "Tabs", run: () => onTab(one) })),
  ]);
  if (query.isPending) return <Loading />;
  if (query.isError && !task) return <div className={css.pad}><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  if (!task)
    return (
      <Empty title={wasThere ? `${wasThere.name} was deleted` : "There is no such task"}>
        {wasThere ? <p>Somebody deleted it while this page was open.</p> : <p>It was deleted, or the address is mistyped.</p>}
        {panel ? <Button onClick={panel.onClose}>Close</Button> : <Button onClick={() => go(to.tasks())}>All tasks</Button>}
      </Empty>
    );
  return <Shown key={task.id} task={task} tab={tab} onTab={onTab} panel={panel} />;
}

function Shown({ task, tab, onTab, panel }: { task: Task; tab: TaskTab; onTab: (tab: TaskTab) => void; panel?: { onClose: () => void } | undefined }) {
  const go = useGo();
  const box = useRef<HTMLDivElement>(null);
  const [isNarrow, setNarrow] = useState(false);
  const leave = panel?.onClose ?? (() => go(task.project ? to.project(task.project.id) : to.tasks()));
  const actions = useTaskActions({ ...(panel ? {} : { at: [task] }), onGone: leave });
  useCommands([{ ...listed("task:edit"), icon: null, run: () => box.current?.querySelector<HTMLElement>("[data-edit]")?.click() }]);
  // Where most go next: their code is there before the click.
  useEffect(() => whenIdle(() => void Promise.allSettled([Console.fetch(), Scalars.fetch()])), []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setNarrow(element.clientWidth < 880));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <article className={cx("fill", panel && css.panel, isNarrow && css.narrow)} ref={box}>
      <Head task={task} actions={actions} panel={panel} />
      <Tabs label="Parts of the task" value={tab} onChange={onTab} tabs={tabsOf(task).map((one) => ({ value: one, label: TAB_NAMES[one], badge: badgeOf(task, one) }))} panelId="task-tab" />
      <div className={css.body} id="task-tab" role="tabpanel" aria-label={TAB_NAMES[tab]} tabIndex={FILLS.includes(tab) ? undefined : 0}>
        <Tab task={task} tab={tab} onTab={onTab} />
      </div>
      {actions.element}
    </article>
  );
}

function Tab({ task, tab, onTab }: { task: Task; tab: TaskTab; onTab: (tab: TaskTab) => void }) {
  switch (tab) {
    case "pipeline":
      return <PipelineTab run={task} />;
    case "dataset":
      return <DatasetTab version={task} />;
    case "overview":
      return <Overview task={task} onTab={onTab} />;
    case "config":
      return <Configuration task={task} />;
    case "exec":
      return <Execution task={task} />;
    case "artifacts":
      return <Artifacts task={task} />;
    case "console":
      return <Console task={task} />;
    case "scalars":
      return <Scalars id={task.id} last={task.last_metrics} isLive={task.status === "in_progress"} />;
    case "plots":
      return <Plots id={task.id} isLive={task.status === "in_progress"} />;
    case "samples":
      return <Samples id={task.id} isLive={task.status === "in_progress"} />;
    case "info":
      return <Info task={task} />;
  }
}

function badgeOf(task: Task, tab: TaskTab): number | undefined {
  if (tab === "artifacts") return (task.execution?.artifacts?.length ?? 0) + (task.models?.output?.length ?? 0) || undefined;
  return undefined;
}

function Head({ task, actions, panel }: { task: Task; actions: ReturnType<typeof useTaskActions>; panel?: { onClose: () => void } | undefined }) {
  const go = useGo();
  const [isRenaming, setRenaming] = useState(false);
  const main = whyNot("enqueue", task) === null ? "enqueue" : whyNot("retry", task) === null ? "retry" : whyNot("stop", task) === null ? "stop" : "clone";
  const MAIN = { enqueue: "Enqueue", retry: "Retry", stop: task.status === "queued" ? "Dequeue" : "Abort", clone: "Clone" } as const;
  return (
    <header className={css.head}>
      <div className={css.title}>
        <h1>
          {isPublic(task) ? task.name : (
            <button type="button" className={css.name} title="Rename" onClick={() => setRenaming(true)}>
              {task.name}
            </button>
          )}
        </h1>
        <div className={css.actions}>
          <Button kind={main === "stop" ? "normal" : "primary"} isDangerous={main === "stop"} isSmall onClick={() => actions.ask(main === "stop" && task.status === "queued" ? "dequeue" : main, [task])}>
            {MAIN[main]}
          </Button>
          <Menu label={`Actions for ${task.name}`} position="bottom-end" items={() => actions.menu([task])}>
            <Button isSmall icon={<ChevronDown size={13} aria-hidden />} aria-label={`Actions for ${task.name}`}>
              <span className="wide-only">Actions</span>
            </Button>
          </Menu>
          {panel ? (
            <>
              <IconButton label="Open its page" isSmall onClick={() => go(to.task(task.id))}>
                <Maximize2 size={13} aria-hidden />
              </IconButton>
              <IconButton label="Close" keys="Esc" isSmall onClick={panel.onClose}>
                <X size={15} aria-hidden />
              </IconButton>
            </>
          ) : null}
        </div>
      </div>
      <div className={css.facts}>
        <Status status={task.status} isStrong />
        {isArchived(task) ? <Tag>archived</Tag> : null}
        <Times task={task} />
        {task.last_iteration !== undefined && task.last_iteration > 0 ? <span>iteration {task.last_iteration}</span> : null}
        {task.last_worker && task.status === "in_progress" ? (
          <span>
            on <button type="button" className="link cut" onClick={() => go(to.worker(task.last_worker ?? ""))}>{task.last_worker}</button>
          </span>
        ) : null}
        <span className="dimmer">
          <span className="mono">{task.id.slice(0, 8)}</span>
          <CopyButton text={task.id} label="Copy the id" />
        </span>
        {(task.tags ?? []).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        {isPublic(task) ? null : (
          <IconButton label="Tags" isSmall onClick={() => actions.ask("tags", [task])}>
            <Plus size={13} aria-hidden />
          </IconButton>
        )}
      </div>
      <Message task={task} />
      {isRenaming ? <Rename task={task} onClose={() => setRenaming(false)} /> : null}
    </header>
  );
}

function Times({ task }: { task: Task }) {
  const seconds = runTime(task);
  const [, tick] = useState(0);
  const isRunning = task.status === "in_progress";
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return (
    <span>
      {task.started ? <>started <Ago at={task.started} /></> : <>created <Ago at={task.created} /></>}
      {seconds !== null && seconds > 0 ? <span>{isRunning ? "running" : "ran"} {duration(seconds)}</span> : null}
    </span>
  );
}

function Message({ task }: { task: Task }) {
  const text: ReactNode = (
    <>
      {task.status_reason ? <b>{task.status_reason}{task.status_message ? ": " : ""}</b> : null}
      {task.status_message}
    </>
  );
  if (!task.status_message && !task.status_reason) return null;
  if (task.status === "failed") return <Notice kind="bad">{text}</Notice>;
  if (task.status === "stopped" || (task.status === "in_progress" && task.status_message === "stopping")) return <Notice kind="warn">{task.status_message === "stopping" ? "It was asked to stop and has some time to save its work." : text}</Notice>;
  return null;
}

function Rename({ task, onClose }: { task: Task; onClose: () => void }) {
  const [name, setName] = useState(task.name);
  const save = useChange(() => call("tasks.update", { task: task.id, name: name.trim() }), { of: ["tasks"], done: "Renamed", after: onClose });
  return (
    <Dialog title={`Rename ${task.name}`} confirm="Rename" busy={save.isPending} disabled={name.trim().length < 3 || name.trim() === task.name} onClose={onClose} onConfirm={() => save.mutate()}>
      <TextField label="Name" autoFocus value={name} onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} error={name.trim().length < 3 ? "At least three characters" : null} />
    </Dialog>
  );
}

