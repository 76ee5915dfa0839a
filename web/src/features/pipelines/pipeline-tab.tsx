// A run of a pipeline: its steps as a graph or as a table, live, and what is known of the chosen one.
import { Minus, Plus, X } from "lucide-react";
import { useMemo, useState } from "react";
import type { Task, TaskStatus } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Button, IconButton, Segments } from "~/design/button";
import { Empty, Facts } from "~/design/parts";
import { Graph, type GraphNode } from "~/design/graph/graph";
import { STATUS_WORDS, StatusIcon } from "~/design/status";
import { duration, number, plural } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { runTime } from "../tasks/list/columns";
import { metricsOf } from "../tasks/tabs/overview";
import css from "./pipelines.module.css";
import { stepsOf, type Step } from "./dag";
import task from "../tasks/task.module.css";

const WORDS: Record<Step["status"], string> = { ...STATUS_WORDS, waiting: "Waits", skipped: "Skipped", cached: "Taken from before" };
const ICONS = { waiting: "created", skipped: "stopped", cached: "completed" } as const;

function iconOf(status: Step["status"]): TaskStatus {
  return status in ICONS ? ICONS[status as keyof typeof ICONS] : (status as TaskStatus);
}

export function PipelineTab({ run }: { run: Task }) {
  const [shape, setShape] = useState<"graph" | "table">("graph");
  const [zoom, setZoom] = useState(1);
  const [chosen, setChosen] = useState<string | null>(null);
  const every = run.status === "in_progress" ? 3_000 : 30_000;
  const configuration = run.configuration?.Pipeline?.value;
  const steps = useMemo(() => stepsOf(configuration), [configuration]);
  const ids = useMemo(() => steps.flatMap((step) => (step.task ? [step.task] : [])), [steps]);
  const tasks = useAnswer("tasks.get_all_ex", { id: ids, search_hidden: true, page: 0, page_size: 500, only_fields: ["id", "name", "status", "status_message", "started", "completed", "active_duration", "last_metrics", "last_worker"] } as never, { enabled: ids.length > 0, every, keeps: true });
  const byId = useMemo(() => new Map((tasks.data?.tasks ?? []).map((one) => [one.id, one])), [tasks.data]);
  if (steps.length === 0) return <Empty title="No steps yet">A controller writes them when it begins to run.</Empty>;
  // What the task itself says is newer than what the controller wrote down.
  const live = steps.map((step) => {
    const own = step.task ? byId.get(step.task) : undefined;
    return own ? { ...step, status: step.status === "cached" || step.status === "skipped" ? step.status : own.status, seconds: step.seconds ?? runTime(own) } : step;
  });
  const current = live.find((step) => step.name === chosen);
  const done = live.filter((step) => ["completed", "published", "cached", "skipped"].includes(step.status)).length;
  return (
    <div className={css.tab}>
      <div className={css.graph}>
        <div className={css.bar}>
          <Segments label="Show as" value={shape} onChange={setShape} options={[{ value: "graph", label: "Graph" }, { value: "table", label: "Table" }]} />
          <span className="dim">{done} of {plural(live.length, "step")} done</span>
          <span className="grow" />
          {shape === "graph" ? (
            <>
              <IconButton label="Smaller" isSmall onClick={() => setZoom(Math.max(0.3, zoom - 0.15))}>
                <Minus size={13} aria-hidden />
              </IconButton>
              <span className="number dim" style={{ width: 40, textAlign: "center" }}>{Math.round(zoom * 100)} %</span>
              <IconButton label="Larger" isSmall onClick={() => setZoom(Math.min(1.6, zoom + 0.15))}>
                <Plus size={13} aria-hidden />
              </IconButton>
            </>
          ) : null}
        </div>
        {shape === "graph" ? <Graph label="Graph of the steps" nodes={live.map(nodeOf)} zoom={zoom} chosen={chosen} onChoose={setChosen} /> : <StepTable steps={live} onChoose={setChosen} />}
      </div>
      {current ? <StepPanel step={current} own={current.task ? byId.get(current.task) : undefined} onClose={() => setChosen(null)} /> : null}
    </div>
  );
}

function nodeOf(step: Step): GraphNode {
  const time = step.seconds !== null && step.seconds > 0 ? `, ${duration(step.seconds)}` : "";
  return { name: step.name, parents: step.parents, title: step.name, note: `${WORDS[step.status]}${time}${step.stage ? ` · ${step.stage}` : ""}`, icon: <StatusIcon status={iconOf(step.status)} size={15} /> };
}

function StepTable({ steps, onChoose }: { steps: readonly Step[]; onChoose: (name: string) => void }) {
  return (
    <div className="scrolls" tabIndex={0} role="region" aria-label="Steps">
      <table className={task.table}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">State</th>
            <th scope="col" className={task.right}>Run time</th>
            <th scope="col">Waits for</th>
            <th scope="col">Queue</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.name}>
              <th scope="row"><button type="button" className="link" onClick={() => onChoose(step.name)}>{step.name}</button></th>
              <td><span className="row"><StatusIcon status={iconOf(step.status)} size={13} />{WORDS[step.status]}</span></td>
              <td className={task.right}>{duration(step.seconds)}</td>
              <td>{step.parents.join(", ")}</td>
              <td>{step.queue}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StepPanel({ step, own, onClose }: { step: Step; own: Task | undefined; onClose: () => void }) {
  const metrics = own ? metricsOf(own).filter((one) => !one.metric.startsWith(":")).slice(0, 12) : [];
  return (
    <aside className={css.panel} aria-label={`Step ${step.name}`}>
      <div className="row">
        <h2 className="grow">{step.name}</h2>
        <IconButton label="Close" isSmall onClick={onClose}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {step.task ? (
        <div className="row wrap">
          <Link href={to.task(step.task)} className="link">Open its task</Link>
          <Link href={to.task(step.task, "console")} className="link">Console</Link>
          <Link href={to.task(step.task, "exec")} className="link">Code</Link>
          <Link href={to.task(step.task, "artifacts")} className="link">Artifacts</Link>
        </div>
      ) : (
        <p className="dim">It has no task yet.</p>
      )}
      <Facts
        facts={[
          { name: "State", value: WORDS[step.status] },
          { name: "Run time", value: duration(step.seconds) },
          { name: "Waits for", value: step.parents.join(", ") },
          { name: "Queue", value: step.queue ?? "" },
          { name: "Worker", value: own?.last_worker ?? "" },
          { name: "Message", value: own?.status_message ?? "" },
          { name: "Made from", value: step.baseTask ? <Link href={to.task(step.baseTask)} className="link">{step.baseTask.slice(0, 8)}</Link> : "" },
        ]}
      />
      {metrics.length > 0 ? <Facts facts={metrics.map((one) => ({ name: one.variant === one.metric ? one.metric : `${one.metric} / ${one.variant}`, value: number(one.value) }))} /> : null}
      {step.task ? null : <Button isSmall onClick={onClose}>Close</Button>}
    </aside>
  );
}
