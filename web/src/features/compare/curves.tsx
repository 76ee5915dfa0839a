// The curves of all the runs in the same charts, and their values as a table.
import { ChartLine, Table2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useAnswer } from "~/api/queries";
import { Segments } from "~/design/button";
import { SearchField } from "~/design/field";
import { Empty, Loading, Problem } from "~/design/parts";
import { ScalarBoard } from "../tasks/scalars/board";
import css from "./compare.module.css";
import { RunHead, SaveRows, type ComparedRun } from "./compare-page";
import { metricRows, shownRows, type Which } from "./diff-rows";
import { DiffTable } from "./diff-table";

export function Curves({ runs, isModel }: { runs: readonly ComparedRun[]; isModel: boolean }) {
  const isLive = runs.some((run) => run.isLive);
  const every = isLive ? 5_000 : 60_000;
  const ids = useMemo(() => runs.map((run) => run.id), [runs]);
  const names = useAnswer("events.get_multi_task_metrics", { tasks: ids, event_type: "training_stats_scalar", ...(isModel ? { model_events: true } : {}) } as never, { every, keeps: true });
  const [view, setView] = useState<"curves" | "values">("curves");
  const sorted = useMemo(() => [...(names.data?.metrics ?? [])].sort((a, b) => Number(a.metric.startsWith(":")) - Number(b.metric.startsWith(":"))), [names.data]);
  if (names.isPending) return <Loading />;
  if (names.isError) return <div className="page"><Problem error={names.error} retry={() => void names.refetch()} /></div>;
  if (sorted.length === 0) return <Empty title="None of them has scalars" icon={<ChartLine size={26} strokeWidth={1.5} aria-hidden />} />;
  const tools = <Segments label="Show" value={view} onChange={setView} options={[{ value: "curves", label: <ChartLine size={14} aria-hidden />, name: "Curves" }, { value: "values", label: <Table2 size={14} aria-hidden />, name: "Values" }]} />;
  if (view === "values") return <Values runs={runs} tools={tools} />;
  return <ScalarBoard runs={runs} names={sorted} isModel={isModel} standard={{ group: "variant" }} prefKey="compare" sync="compare" tools={tools} />;
}

function Values({ runs, tools }: { runs: readonly ComparedRun[]; tools: React.ReactNode }) {
  const [which, setWhich] = useState<Which>("value");
  const [search, setSearch] = useState("");
  const rows = useMemo(() => shownRows(metricRows(runs.map((run) => run.task ?? run.model ?? {}), which), { base: 0, onlyDifferent: false, search }), [runs, which, search]);
  return (
    <>
      <div className={css.bar}>
        <SearchField label="Find a metric" value={search} onChange={setSearch} wait={100} data-page-search />
        <Segments label="Which value" value={which} onChange={setWhich} options={[{ value: "value", label: "Last" }, { value: "min_value", label: "Least" }, { value: "max_value", label: "Greatest" }]} />
        <span className="grow" />
        <SaveRows runs={runs} rows={rows} name="values" />
        {tools}
      </div>
      {rows.length === 0 ? <Empty title="No metric matches" /> : <DiffTable label="Values" names={runs.map((run) => run.name)} rows={rows} base={0} onOpen={() => undefined} head={(index) => { const run = runs[index]; return run ? <RunHead run={run} /> : null; }} />}
    </>
  );
}
