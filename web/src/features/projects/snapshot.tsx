// How the tasks of a project stand by two of their values: a point for each, or the same as a table.
import { ChartScatter, Table2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { Project, Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Segments } from "~/design/button";
import { Scatter, type ScatterAxis, type ScatterPoint } from "~/design/chart/scatter";
import { Loading, Panel, Problem } from "~/design/parts";
import { PickOne, type Item } from "~/design/pick";
import { Status, STATUS_WORDS } from "~/design/status";
import { moment, number, plural } from "~/format";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { Link, useGo } from "~/shell/link";
import { metricId, paramId } from "~/table/filters";
import { freeColumnOf, freeValue } from "../tasks/list/columns";
import task from "../tasks/task.module.css";

const TASKS_MAX = 500;
/** Across, unless something else is chosen: when each task began. */
const STARTED = "started";
const VALUES = [["last", ""], ["min", ", least"], ["max", ", greatest"]] as const;

function useOffered(project: string): { items: Item[]; first: string | null; isPending: boolean } {
  const metrics = useAnswer("projects.get_unique_metric_variants", { project } as never, { fresh: 60_000 });
  const params = useAnswer("projects.get_hyper_parameters", { project, page: 0, page_size: 5_000 } as never, { fresh: 60_000 });
  return useMemo(() => {
    const known = (metrics.data?.metrics ?? []).toSorted((a, b) => Number(a.metric.startsWith(":")) - Number(b.metric.startsWith(":")));
    const [first] = known;
    return {
      items: [
        { value: STARTED, label: "Start", group: "Time" },
        ...known.flatMap(({ metric, variant }) => VALUES.map(([value, suffix]) => ({ value: metricId({ metric, variant, value }), label: `${metric} / ${variant}${suffix}`, group: "Metrics" }))),
        ...(params.data?.parameters ?? []).map((one) => ({ value: paramId(one), label: `${one.section}/${one.name}`, group: "Parameters" })),
      ],
      first: first ? metricId({ metric: first.metric, variant: first.variant, value: "last" }) : null,
      isPending: metrics.isPending,
    };
  }, [metrics.data, metrics.isPending, params.data]);
}

function valueOf(one: Task, id: string): string | null {
  const value = id === STARTED ? (one.started ? Date.parse(one.started) : null) : freeValue(one, id);
  return value === null || value === undefined ? null : String(value);
}

function axisOf(id: string): ScatterAxis {
  if (id === STARTED) return { label: "Start", kind: "time", text: (value) => moment(Number(value)) };
  return { label: freeColumnOf(id)?.title ?? id, kind: "round", text: (value) => (Number.isFinite(Number(value)) && value ? number(Number(value)) : value.slice(0, 200)) };
}

/** What is shown, from the address, else what the reader last chose for this project, else how the first metric went. */
function useAxes(project: string, first: string | null): { x: string; y: string; choose: (axis: "x" | "y", id: string) => void } | null {
  const [params, setParams] = useParams();
  const { snapshots } = usePreferences();
  const setPreferences = useSetPreferences();
  const own = snapshots?.[project];
  const y = params.y ?? own?.y ?? first;
  if (!y) return null;
  const x = params.x ?? own?.x ?? STARTED;
  const choose = (axis: "x" | "y", id: string) => {
    setParams({ x, y, [axis]: id });
    setPreferences({ snapshots: { [project]: { [axis]: id } } });
  };
  return { x, y, choose };
}

export function Snapshot({ project }: { project: Project }) {
  const { items, first, isPending } = useOffered(project.id);
  const axes = useAxes(project.id, first);
  if (isPending) return <Loading />;
  // Without a metric there is nothing to see yet.
  return axes ? <Shown project={project} items={items} axes={axes} /> : null;
}

function Shown({ project, items, axes }: { project: Project; items: readonly Item[]; axes: NonNullable<ReturnType<typeof useAxes>> }) {
  const { x, y, choose } = axes;
  const go = useGo();
  const [view, setView] = useState<"chart" | "table">("chart");
  const fields = useMemo(() => ["id", "name", "status", "started", ...[x, y].flatMap((id) => freeColumnOf(id)?.fields ?? [])], [x, y]);
  const found = useAnswer("tasks.get_all_ex", { project: [project.id], include_subprojects: true, system_tags: ["-archived"], order_by: ["-last_update"], page: 0, page_size: TASKS_MAX, only_fields: fields } as never, { every: 30_000, keeps: true });
  const rows = useMemo(() => (found.data?.tasks ?? []).map((one) => ({ task: one, x: valueOf(one, x), y: valueOf(one, y) })).filter((row) => row.x !== null && row.y !== null), [found.data, x, y]);
  const points = useMemo<ScatterPoint[]>(() => rows.map((row) => ({ id: row.task.id, name: row.task.name, x: row.x, y: row.y, colour: `var(--status-${row.task.status})`, note: STATUS_WORDS[row.task.status] })), [rows]);
  const [across, up] = [axisOf(x), axisOf(y)];
  const states = [...new Set(rows.map((row) => row.task.status))];
  return (
    <Panel
      title="Results"
      actions={<Segments label="Results as" value={view} onChange={setView} options={[{ value: "chart", label: <ChartScatter size={14} aria-hidden />, name: "Chart" }, { value: "table", label: <Table2 size={14} aria-hidden />, name: "Table" }]} />}
    >
      <div className="row wrap" style={{ paddingBottom: 8 }}>
        <div style={{ flex: "1 1 220px", maxWidth: 340 }}><PickOne label="Up" value={y} onChange={(id) => choose("y", id)} items={items} /></div>
        <div style={{ flex: "1 1 220px", maxWidth: 340 }}><PickOne label="Across" value={x} onChange={(id) => choose("x", id)} items={items} /></div>
      </div>
      {found.isError ? <Problem error={found.error} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading /> : null}
      {found.data && rows.length === 0 ? <p className="dim">No task has both values.</p> : null}
      {rows.length > 0 && view === "chart" ? (
        <>
          <Scatter label={`${plural(rows.length, "task")} by ${up.label} and ${across.label}`} points={points} x={across} y={up} onOpen={(id) => go(to.task(id))} />
          <div className="row wrap" style={{ fontSize: "var(--size-1)", gap: 12 }}>
            {states.map((status) => <Status key={status} status={status} />)}
            <span className="grow" />
            <span className="dimmer">{plural(rows.length, "task")}{found.data?.tasks.length === TASKS_MAX ? `, of the ${TASKS_MAX} that changed last` : ""}</span>
          </div>
        </>
      ) : null}
      {rows.length > 0 && view === "table" ? (
        <div style={{ maxHeight: 380, overflow: "auto" }} tabIndex={0} role="region" aria-label="Results">
          <table className={task.table} aria-label="Results">
            <thead>
              <tr>
                <th scope="col">Task</th>
                <th scope="col">Status</th>
                <th scope="col" className={task.right}>{up.label}</th>
                <th scope="col" className={task.right}>{across.label}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.task.id}>
                  <th scope="row"><Link href={to.task(row.task.id)} className="link">{row.task.name}</Link></th>
                  <td><Status status={row.task.status} /></td>
                  <td className={task.right}>{up.text(row.y ?? "")}</td>
                  <td className={task.right}>{across.text(row.x ?? "")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Panel>
  );
}
