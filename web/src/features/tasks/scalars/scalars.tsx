// What a task reported over its iterations.
import { ChartLine, Table2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { LastMetric } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Segments } from "~/design/button";
import { Empty, Loading, Problem } from "~/design/parts";
import { runColour } from "~/design/run-colour";
import { whenIdle } from "~/shell/idle";
import { ScalarBoard, type Run } from "./board";
import { ScalarValues } from "./values";

type LastMetrics = Record<string, Record<string, LastMetric>>;

/** The series that the document knows of: enough to begin with, while the server looks through everything that was reported. */
function namesIn(last: LastMetrics): { metric: string; variants: string[] }[] {
  const all = Object.values(last).flatMap((variants) => Object.values(variants));
  return [...new Set(all.map((one) => one.metric))].sort().map((metric) => ({ metric, variants: all.filter((one) => one.metric === metric).map((one) => one.variant).sort() }));
}

export function Scalars({ id, last, isLive, isModel = false }: { id: string; last: LastMetrics | undefined; isLive: boolean; isModel?: boolean }) {
  const every = isLive ? 4_000 : 30_000;
  const known = useMemo(() => namesIn(last ?? {}), [last]);
  // The curves come first: the server would look through the same points for both.
  const [isAsked, setAsked] = useState(known.length === 0);
  useEffect(() => whenIdle(() => setAsked(true)), []);
  const names = useAnswer("events.get_multi_task_metrics", { tasks: [id], event_type: "training_stats_scalar", ...(isModel ? { model_events: true } : {}) } as never, { every, enabled: isAsked || known.length === 0 });
  const [view, setView] = useState<"curves" | "values">("curves");
  const runs = useMemo<Run[]>(() => [{ id, name: "", colour: runColour(id), isLive }], [id, isLive]);
  const shown = names.data?.metrics ?? known;
  if (names.isPending && known.length === 0) return <Loading />;
  if (names.isError) return <div className="page"><Problem error={names.error} retry={() => void names.refetch()} /></div>;
  const sorted = [...shown].sort((a, b) => Number(a.metric.startsWith(":")) - Number(b.metric.startsWith(":")));
  if (sorted.length === 0) return <Empty title="No scalars" icon={<ChartLine size={26} strokeWidth={1.5} aria-hidden />}>`logger.report_scalar()` and what frameworks log appear here as curves.</Empty>;
  const tools = <Segments label="Show" value={view} onChange={setView} options={[{ value: "curves", label: <ChartLine size={14} aria-hidden />, name: "Curves" }, { value: "values", label: <Table2 size={14} aria-hidden />, name: "Values" }]} />;
  if (view === "values") return <ScalarValues id={id} isModel={isModel} tools={tools} />;
  return <ScalarBoard runs={runs} names={sorted} isModel={isModel} prefKey={isModel ? "model" : "task"} sync={`task-${id}`} tools={tools} />;
}
