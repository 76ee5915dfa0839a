// How machines fare: all of them by how many work, one of them by what it is made of.
import { useMemo } from "react";
import { useAnswer } from "~/api/queries";
import type { WorkerStats } from "~/api/answers";
import { LineChart, type Series } from "~/design/chart/line-chart";
import { usePeriod } from "~/design/chart/period";
import { Loading, Panel, Problem } from "~/design/parts";
import { apart, seriesColour } from "~/design/run-colour";
import { bytes, number } from "~/format";
import css from "./workers.module.css";

const MIB = 1024 * 1024;
const percent = (value: number) => `${number(value, 3)} %`;

interface ChartSpec {
  title: string;
  keys: readonly string[];
  unit: (value: number) => string;
  to?: number;
}

/** What agents report: usage in percent, memory in MiB, traffic in MiB a second, disk in MiB. */
const CHARTS: readonly ChartSpec[] = [
  { title: "CPU", keys: ["cpu_usage"], unit: percent, to: 100 },
  { title: "GPU", keys: ["gpu_usage"], unit: percent, to: 100 },
  { title: "Memory", keys: ["memory_used", "memory_free"], unit: (value) => bytes(value * MIB) },
  { title: "GPU memory", keys: ["gpu_memory_used", "gpu_memory_free"], unit: (value) => bytes(value * MIB) },
  { title: "Network", keys: ["network_rx", "network_tx"], unit: (value) => `${bytes(value * MIB)}/s` },
  { title: "Disk", keys: ["disk_read", "disk_write"], unit: (value) => `${bytes(value * MIB)}/s` },
  { title: "Free disk space", keys: ["disk_free_home"], unit: (value) => bytes(value * MIB) },
  { title: "Temperature", keys: ["cpu_temperature", "gpu_temperature"], unit: (value) => `${number(value, 3)} °C` },
];

const WORDS: Record<string, string> = {
  cpu_usage: "CPU", gpu_usage: "GPU", memory_used: "used", memory_free: "free", gpu_memory_used: "used", gpu_memory_free: "free", network_rx: "received", network_tx: "sent", disk_read: "read", disk_write: "written", disk_free_home: "home",
  cpu_temperature: "CPU", gpu_temperature: "GPU",
};

/** The lines of one chart: a name says which device, where there are several. Pure. */
export function chartSeries(metrics: WorkerStats["metrics"], keys: readonly string[]): Series[] {
  const lines = keys.flatMap((key) => {
    const own = metrics.filter((one) => one.metric === key && one.dates.length > 0);
    return own.map((one) => ({ id: `${key}/${one.variant}`, label: own.length > 1 ? `${WORDS[key] ?? key} ${one.variant}` : (WORDS[key] ?? key), x: one.dates, y: one.stats[0]?.values ?? [] }));
  });
  const colours = apart(lines.map((line) => line.id), seriesColour);
  return lines.map((line, index) => ({ ...line, colour: colours[index] ?? "#888888" }));
}

export function WorkerCharts({ worker }: { worker: string }) {
  const { asked, field } = usePeriod();
  const answer = useAnswer("workers.get_stats", { worker_ids: [worker], ...asked, items: CHARTS.flatMap((chart) => chart.keys).map((key) => ({ key, category: "avg" })), split_by_variant: true } as never, { keeps: true });
  const charts = useMemo(() => CHARTS.map((chart) => ({ ...chart, series: chartSeries(answer.data?.workers[0]?.metrics ?? [], chart.keys) })).filter((chart) => chart.series.length > 0), [answer.data]);
  return (
    <Panel title="Machine" actions={field}>
      {answer.isPending ? <Loading /> : null}
      {answer.isError ? <Problem error={answer.error} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && charts.length === 0 ? <p className="dim">It reported nothing in this time.</p> : null}
      <div className={css.charts}>
        {charts.map((chart) => (
          <section key={chart.title} aria-label={chart.title}>
            <h3>{chart.title}</h3>
            <LineChart label={chart.title} series={chart.series} xKind="time" height={120} unit={chart.unit} sync={`worker-${worker}`} from={0} {...(chart.to ? { to: chart.to } : {})} isArea={chart.series.length === 1} />
          </section>
        ))}
      </div>
    </Panel>
  );
}

/** How many workers there were, and how many of them worked. */
export function ActivityChart() {
  const { asked, field } = usePeriod(24 * 3_600);
  const answer = useAnswer("workers.get_activity_report", asked as never, { keeps: true });
  const series = useMemo<Series[]>(() => {
    if (!answer.data) return [];
    const { total, active } = answer.data;
    return [
      { id: "total", label: "workers", colour: "#76818f", x: total.dates, y: total.counts },
      { id: "active", label: "busy", colour: "#3f7fd0", x: active.dates, y: active.counts },
    ];
  }, [answer.data]);
  return (
    <section className={css.activity} aria-label="Activity">
      <div className="row">
        <h2 className="grow">Activity</h2>
        {field}
      </div>
      {answer.isError ? <Problem error={answer.error} retry={() => void answer.refetch()} /> : series.length > 0 ? <LineChart label="Workers over time" series={series} xKind="time" height={90} from={0} unit={(value) => number(value, 3)} isArea /> : <Loading />}
    </section>
  );
}
