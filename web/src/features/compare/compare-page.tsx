// Several tasks or models beside each other, as many as one likes: what they are, what they were given, what they reported.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { ChartLine, Download, Plus, X } from "lucide-react";
import { useMemo, useState } from "react";
import type { Model, Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { later } from "~/design/later";
import { Button, IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { Empty, Loading, Notice, Problem } from "~/design/parts";
import { apart } from "~/design/run-colour";
import { csvOf, saveText } from "~/design/save";
import { Tabs } from "~/design/tabs";
import { plural } from "~/format";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { COMPARE_VIEWS, to, type CompareView } from "~/routes";
import { useParams } from "~/shell/address";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { NotFound } from "../session/not-found";
import { AddDialog } from "./add-dialog";
import css from "./compare.module.css";
import { csvRows, type DiffRow } from "./diff-rows";

const Facts = later(() => import("./facts").then((module) => module.Facts));
const Curves = later(() => import("./curves").then((module) => module.Curves));
const ComparePlots = later(() => import("./plots").then((module) => module.ComparePlots));
const CompareSamples = later(() => import("./samples").then((module) => module.CompareSamples));
const Consoles = later(() => import("./consoles").then((module) => module.Consoles));

const NAMES: Record<CompareView, string> = { details: "Details", params: "Parameters", scalars: "Scalars", plots: "Plots", samples: "Debug samples", console: "Console" };
const OF_MODELS: readonly CompareView[] = ["details", "scalars", "plots"];
const FIELDS = [
  "id", "name", "type", "status", "project.name", "user.name", "tags", "system_tags", "comment", "started", "completed", "active_duration", "last_iteration", "last_worker", "script", "container", "execution.artifacts", "models.input", "models.output",
  "output.destination", "hyperparams", "configuration", "last_metrics", "company",
];

export interface ComparedRun {
  id: string;
  name: string;
  colour: string;
  isLive: boolean;
  task?: Task;
  model?: Model;
}

export function ComparePage() {
  const { view } = useRouteParams({ strict: false }) as { view?: string };
  const [params, setParams] = useParams();
  const kind = params.kind === "models" ? "models" : "tasks";
  const ids = useMemo(() => [...new Set((params.ids ?? "").split(",").filter(Boolean))], [params.ids]);
  const every = 10_000;
  const ask = { id: ids, search_hidden: true, page: 0, page_size: 500 };
  const tasks = useAnswer("tasks.get_all_ex", { ...ask, only_fields: FIELDS } as never, { enabled: kind === "tasks" && ids.length > 0, every, keeps: true });
  const models = useAnswer("models.get_all_ex", ask as never, { enabled: kind === "models" && ids.length > 0, every, keeps: true });
  useCrumbs([{ label: "Compare" }, { label: plural(ids.length, kind === "tasks" ? "task" : "model") }]);
  const [isAddAsked, setAddAsked] = useState(false);
  const colours = useMemo(() => apart(ids), [ids]);
  const runs = useMemo<ComparedRun[]>(() => {
    const found = new Map<string, Task | Model>(((kind === "tasks" ? tasks.data?.tasks : models.data?.models) ?? []).map((one) => [one.id, one]));
    return ids.flatMap((id, index) => {
      const one = found.get(id);
      const colour = colours[index] ?? "#888888";
      if (!one) return [];
      return [kind === "tasks" ? { id, name: one.name, colour, isLive: (one as Task).status === "in_progress", task: one as Task } : { id, name: one.name, colour, isLive: false, model: one as Model }];
    });
  }, [kind, ids, colours, tasks.data, models.data]);
  const shown = COMPARE_VIEWS.find((one) => one === view && (kind === "tasks" || OF_MODELS.includes(one)));
  const go = useGo();
  const views = COMPARE_VIEWS.filter((one) => kind === "tasks" || OF_MODELS.includes(one));
  const step = (by: number) => shown && go(to.compare(ids, views[(views.indexOf(shown) + by + views.length) % views.length], kind));
  useCommands([
    { ...listed("tab:next"), isKeyOnly: true, run: () => step(1) },
    { ...listed("tab:back"), isKeyOnly: true, run: () => step(-1) },
    { id: "compare:add", label: "Add to the comparison", group: "Compare", icon: <Plus size={15} aria-hidden />, run: () => setAddAsked(true) },
  ]);
  if (!shown) return <NotFound />;
  const query = kind === "tasks" ? tasks : models;
  const setIds = (next: readonly string[]) => setParams({ ids: next.join(",") }, { push: true });
  const missing = query.data ? ids.length - runs.length : 0;
  return (
    <div className={css.page}>
      <h1 className="screen-reader">Compare</h1>
      <div className={css.top}>
        <div className={css.runs} role="group" aria-label="Compared">
          {runs.map((run, index) => (
            <span key={run.id} className={css.run} {...(index === 0 ? { "data-base": true } : {})}>
              <i className="run-dot" style={{ background: run.colour }} aria-hidden />
              <button type="button" title={index === 0 ? `${run.name}: the others are measured by it` : `Measure the others by ${run.name}`} onClick={() => setIds([run.id, ...ids.filter((id) => id !== run.id)])}>
                {run.name}
              </button>
              <button type="button" aria-label={`Take ${run.name} out`} onClick={() => setIds(ids.filter((id) => id !== run.id))}>
                <X size={12} aria-hidden />
              </button>
            </span>
          ))}
        </div>
        <Button isSmall icon={<Plus size={13} aria-hidden />} onClick={() => setAddAsked(true)}>
          Add or remove
        </Button>
      </div>
      <Tabs label="What is compared" value={shown} onChange={(next) => go(to.compare(ids, next, kind))} tabs={views.map((value) => ({ value, label: NAMES[value] }))} />
      {missing > 0 ? <Notice kind="warn">{plural(missing, kind === "tasks" ? "task is" : "model is", kind === "tasks" ? "tasks are" : "models are")} not there any more.</Notice> : null}
      <div className={css.body}>
        {query.isError ? <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div> : null}
        {ids.length > 0 && query.isPending ? <Loading /> : null}
        {ids.length === 0 || (query.data && runs.length === 0) ? (
          <Empty title="Nothing to compare yet" icon={<ChartLine size={26} strokeWidth={1.5} aria-hidden />}>
            <p>Choose tasks in a table (<kbd>x</kbd>) and press <kbd>m</kbd>, or choose them here.</p>
            <Button kind="primary" onClick={() => setAddAsked(true)}>Choose</Button>
          </Empty>
        ) : runs.length > 0 ? (
          <View view={shown} kind={kind} runs={runs} />
        ) : null}
      </div>
      {isAddAsked ? <AddDialog kind={kind} chosen={runs} onClose={() => setAddAsked(false)} onDone={(next) => { setAddAsked(false); setIds(next); }} /> : null}
    </div>
  );
}

function View({ view, kind, runs }: { view: CompareView; kind: "tasks" | "models"; runs: readonly ComparedRun[] }) {
  switch (view) {
    case "details":
    case "params":
      return <Facts key={view} view={view} runs={runs} />;
    case "scalars":
      return <Curves runs={runs} isModel={kind === "models"} />;
    case "plots":
      return <ComparePlots runs={runs} isModel={kind === "models"} />;
    case "samples":
      return <CompareSamples runs={runs} />;
    case "console":
      return <Consoles runs={runs} />;
  }
}

/** The head of a run's column. */
export function RunHead({ run }: { run: ComparedRun }) {
  return (
    <>
      <i className="run-dot" style={{ background: run.colour }} aria-hidden />
      <Link href={run.task ? to.task(run.id) : to.model(run.id)} className={`link ${css.headName}`} title={run.name}>
        {run.name}
      </Link>
    </>
  );
}

export function SaveRows({ runs, rows, name }: { runs: readonly ComparedRun[]; rows: readonly DiffRow[]; name: string }) {
  return (
    <IconButton label="Save the rows as CSV" isSmall onClick={() => saveText(csvOf(csvRows(runs.map((run) => run.name), rows)), `${name}.csv`, "text/csv")}>
      <Download size={14} aria-hidden />
    </IconButton>
  );
}

/** A value that is too long for its cell, of every run. */
export function RowDialog({ runs, row, onClose }: { runs: readonly ComparedRun[]; row: DiffRow; onClose: () => void }) {
  return (
    <Dialog title={`${row.group}: ${row.label}`} size="wide" onClose={onClose}>
      {runs.map((run, index) => (
        <section key={run.id} className="column" style={{ gap: 4 }}>
          <h3 className="row">
            <i className="run-dot" style={{ background: run.colour }} aria-hidden />
            {run.name}
            {index > 0 && row.values[index] === row.values[0] ? <span className="dimmer">the same as the first</span> : null}
          </h3>
          {index > 0 && row.values[index] === row.values[0] ? null : <div className={css.onlyText} tabIndex={0} role="group" aria-label={run.name}>{row.values[index] ?? "–"}</div>}
        </section>
      ))}
    </Dialog>
  );
}
