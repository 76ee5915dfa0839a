// What the runs are and were given, as a table of differences; parameters against a result also as lines and as points.
import { useMemo, useState } from "react";
import { Segments } from "~/design/button";
import { Scatter, type ScatterAxis, type ScatterPoint } from "~/design/chart/scatter";
import { SearchField, Switch } from "~/design/field";
import { PickMany, PickOne } from "~/design/pick";
import { Empty } from "~/design/parts";
import { number, plural } from "~/format";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import css from "./compare.module.css";
import { RowDialog, RunHead, SaveRows, type ComparedRun } from "./compare-page";
import { detailRows, differs, metricRows, modelRows, paramRows, shownRows, type DiffRow } from "./diff-rows";
import { DiffTable } from "./diff-table";
import { Parallel, type Axis } from "./parallel";

const AXES_FIRST = 6;

export function Facts({ view, runs }: { view: "details" | "params"; runs: readonly ComparedRun[] }) {
  const [search, setSearch] = useState("");
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const [open, setOpen] = useState<DiffRow | null>(null);
  const [shape, setShape] = useState<"table" | "lines" | "points">("table");
  const rows = useMemo(() => {
    const tasks = runs.flatMap((run) => (run.task ? [run.task] : []));
    if (view === "params") return paramRows(tasks);
    return tasks.length > 0 ? detailRows(tasks) : modelRows(runs.flatMap((run) => (run.model ? [run.model] : [])));
  }, [runs, view]);
  const shown = useMemo(() => shownRows(rows, { base: 0, onlyDifferent, search }), [rows, onlyDifferent, search]);
  const different = useMemo(() => rows.filter((row) => differs(row, 0)).length, [rows]);
  return (
    <>
      <div className={css.bar}>
        <SearchField label="Find a row or a value" value={search} onChange={setSearch} wait={100} data-page-search />
        <Switch label="Only differences" checked={onlyDifferent} onChange={setOnlyDifferent} />
        <span className="dim">{different === 0 ? "No difference" : plural(different, "row differs", "rows differ")}</span>
        <span className="grow" />
        {view === "params" ? <Segments label="Show as" value={shape} onChange={setShape} options={[{ value: "table", label: "Table" }, { value: "lines", label: "Lines" }, { value: "points", label: "Points" }]} /> : null}
        <SaveRows runs={runs} rows={shown} name={view} />
      </div>
      {shape === "lines" ? (
        <Lines runs={runs} rows={rows} />
      ) : shape === "points" ? (
        <Points runs={runs} rows={rows} />
      ) : shown.length === 0 ? (
        <Empty title={rows.length === 0 ? (view === "params" ? "None of them has parameters" : "Nothing is known of them") : onlyDifferent && !search ? "They are the same" : "No row matches"} />
      ) : (
        <DiffTable label={view === "params" ? "Parameters" : "Details"} names={runs.map((run) => run.name)} rows={shown} base={0} onOpen={setOpen} head={(index) => { const run = runs[index]; return run ? <RunHead run={run} /> : null; }} />
      )}
      {open ? <RowDialog runs={runs} row={open} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

const nameOf = (row: DiffRow) => (row.group === row.label ? row.label : `${row.group}/${row.label}`);
const valuesOf = (row: DiffRow): readonly (string | null)[] => (row.numbers ? row.numbers.map((value) => (value === null ? null : String(value))) : row.values);

/** What the runs came to, and which of it is shown first. */
function useResults(runs: readonly ComparedRun[]) {
  const results = useMemo(() => metricRows(runs.flatMap((run) => (run.task ? [run.task] : [])), "value"), [runs]);
  const [result, setResult] = useState(() => results.find((row) => !row.group.startsWith(":"))?.id ?? "");
  const pick = <PickOne label="Result (last value)" value={result} onChange={setResult} items={results.map((row) => ({ value: row.id, label: nameOf(row) }))} />;
  return { result: results.find((row) => row.id === result), pick };
}

function Lines({ runs, rows }: { runs: readonly ComparedRun[]; rows: readonly DiffRow[] }) {
  const { result, pick } = useResults(runs);
  const [chosen, setChosen] = useState<string[]>(() => rows.filter((row) => differs(row, 0)).slice(0, AXES_FIRST).map((row) => row.id));
  const axes: Axis[] = [...chosen.flatMap((id) => rows.find((row) => row.id === id) ?? []), ...(result ? [result] : [])].map((row) => ({ label: nameOf(row), values: valuesOf(row) }));
  return (
    <>
      <div className={css.bar}>
        <div style={{ flex: 2, minWidth: 240 }}>
          <PickMany label="Parameters" values={chosen} onChange={setChosen} items={rows.map((row) => ({ value: row.id, label: nameOf(row), ...(differs(row, 0) ? {} : { hint: "the same in all" }) }))} />
        </div>
        <div style={{ flex: 1, minWidth: 200 }}>{pick}</div>
      </div>
      {axes.length < 2 ? <Empty title="Choose a parameter and a result">A line for each run goes through its values.</Empty> : <Parallel axes={axes} names={runs.map((run) => run.name)} colours={runs.map((run) => run.colour)} />}
    </>
  );
}

const axisOf = (row: DiffRow): ScatterAxis => ({ label: nameOf(row), kind: "round", text: (value) => (Number.isFinite(Number(value)) && value ? number(Number(value)) : value.slice(0, 200)) });

/** One result over one parameter, a point for each run. */
function Points({ runs, rows }: { runs: readonly ComparedRun[]; rows: readonly DiffRow[] }) {
  const { result, pick } = useResults(runs);
  const [chosen, setChosen] = useState(() => (rows.find((row) => differs(row, 0)) ?? rows[0])?.id ?? "");
  const go = useGo();
  const parameter = rows.find((row) => row.id === chosen);
  const points = useMemo<ScatterPoint[]>(() => {
    if (!parameter || !result) return [];
    const [x, y] = [valuesOf(parameter), valuesOf(result)];
    return runs.map((run, index) => ({ id: run.id, name: run.name, x: x[index] ?? null, y: y[index] ?? null, colour: run.colour })).filter((point) => point.x !== null && point.y !== null);
  }, [runs, parameter, result]);
  return (
    <>
      <div className={css.bar}>
        <div style={{ flex: 1, minWidth: 200 }}>
          <PickOne label="Parameter" value={chosen} onChange={setChosen} items={rows.map((row) => ({ value: row.id, label: nameOf(row), ...(differs(row, 0) ? {} : { hint: "the same in all" }) }))} />
        </div>
        <div style={{ flex: 1, minWidth: 200 }}>{pick}</div>
      </div>
      {!parameter || !result ? <Empty title="Choose a parameter and a result">Each run is a point.</Empty> : points.length === 0 ? <Empty title="No run has both values" /> : (
        <div className={css.points}>
          <Scatter label={`${plural(points.length, "run")} by ${nameOf(result)} and ${nameOf(parameter)}`} points={points} x={axisOf(parameter)} y={axisOf(result)} onOpen={(id) => go(to.task(id))} height={420} />
        </div>
      )}
    </>
  );
}
