// The task's curves, one chart a metric.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { call } from "../../../api";
import { Empty, Loading, Problem } from "../../../design/parts";
import { colourOf } from "../../../design/theme";
import { number } from "../../../format";
import type { Task } from "../../../types";
import { aligned, type Curves, smoothed } from "./curves";

type Histogram = Record<string, Curves>;

const COLOURS = ["#6366f1", "#f97316", "#10b981", "#ef4444", "#0ea5e9", "#d946ef", "#eab308", "#14b8a6"];

export function Scalars({ task }: { task: Task }) {
  const [smoothing, setSmoothing] = useState(0);
  const [isLog, setLog] = useState(false);
  const [filter, setFilter] = useState("");
  const query = useQuery({
    queryKey: ["scalars", task.id],
    queryFn: ({ signal }) => call<Histogram>("events.scalar_metrics_iter_histogram", { task: task.id, samples: 1000 }, signal),
    refetchInterval: task.status === "in_progress" ? 3_000 : false,
    placeholderData: keepPreviousData,
  });
  const singles = useQuery({
    queryKey: ["singles", task.id],
    queryFn: ({ signal }) =>
      call<{ tasks: { values: { metric: string; variant: string; value: number }[] }[] }>("events.get_task_single_value_metrics", { tasks: [task.id] }, signal),
    refetchInterval: task.status === "in_progress" ? 3_000 : false,
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  const values = singles.data?.tasks[0]?.values ?? [];
  const metrics = Object.entries(query.data).filter(([name]) => name.toLowerCase().includes(filter.toLowerCase()));
  if (metrics.length === 0 && values.length === 0 && !filter)
    return <Empty title="No scalars.">`logger.report_scalar()` draws curves here.</Empty>;
  return (
    <section>
      <div className="row filters">
        <input type="search" placeholder="Filter metrics" aria-label="Filter metrics" value={filter} onChange={(event) => setFilter(event.target.value)} />
        <label className="inline">
          Smoothing
          <input type="range" min={0} max={0.99} step={0.01} value={smoothing} onChange={(event) => setSmoothing(Number(event.target.value))} />
        </label>
        <label className="inline">
          <input type="checkbox" checked={isLog} onChange={(event) => setLog(event.target.checked)} /> Log scale
        </label>
      </div>
      {values.length > 0 ? (
        <dl className="values">
          {values.map((one) => (
            <div key={one.metric + one.variant}>
              <dt>{one.variant || one.metric}</dt>
              <dd>{number(one.value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <div className="charts">
        {metrics.map(([name, curves]) => (
          <Chart key={name} title={name} curves={curves} smoothing={smoothing} isLog={isLog} />
        ))}
      </div>
    </section>
  );
}

function Chart({ title, curves, smoothing, isLog }: { title: string; curves: Curves; smoothing: number; isLog: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const { x, ys, names } = aligned(curves);
    const axis = { stroke: colourOf(element, "--dim"), grid: { stroke: colourOf(element, "--line"), width: 1 }, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 240,
        scales: { x: { time: false }, y: { distr: isLog ? 3 : 1 } },
        axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : number(tick))) }],
        series: [
          { label: "iteration" },
          ...names.map((label, index) => ({ label, stroke: COLOURS[index % COLOURS.length] ?? "#6366f1", width: 1.5, spanGaps: true, points: { show: x.length < 40 } })),
        ],
        cursor: { drag: { x: true, y: false } },
      },
      [x, ...ys.map((y) => smoothed(y, smoothing))] as uPlot.AlignedData,
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 240 }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [curves, smoothing, isLog]);
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <div ref={box} />
    </figure>
  );
}
