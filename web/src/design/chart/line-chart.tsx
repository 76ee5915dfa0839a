// Curves on a canvas. Many points cost little; where the server sent the extremes of each pixel they are drawn as a band.
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { duration, moment, number } from "~/format";
import { coloursOf, useShownTheme } from "../theme";
import { smoothed, type Smoothing } from "./smoothing";
import css from "./chart.module.css";
import { timeRange } from "./scale";

export type XKind = "iter" | "time" | "relative";

export interface Series {
  id: string;
  label: string;
  colour: string;
  x: readonly number[];
  y: readonly (number | null)[];
  low?: readonly (number | null)[] | undefined;
  high?: readonly (number | null)[] | undefined;
  dash?: readonly number[] | undefined;
}

export interface LineChartProps {
  label: string;
  series: readonly Series[];
  hidden?: ReadonlySet<string>;
  onToggle?: (id: string, isOnly: boolean) => void;
  xKind?: XKind;
  isLog?: boolean;
  smoothing?: Smoothing;
  strength?: number;
  height?: number;
  /** Charts of the same key share their cursor. */
  sync?: string;
  onZoom?: (range: [number, number] | null) => void;
  zoom?: [number, number] | null;
  unit?: (value: number) => string;
  hasLegend?: boolean;
  from?: number;
  to?: number;
  /** Drawn from zero up, filled. */
  isArea?: boolean;
  onCanvas?: (canvas: HTMLCanvasElement | null) => void;
}

const NOTHING: ReadonlySet<string> = new Set();

function xText(kind: XKind, value: number): string {
  if (kind === "time") return moment(value * 1000);
  return kind === "relative" ? duration(value) || "0:00" : number(value);
}

/** Where the cursor stands, told to the legend without drawing the chart anew. */
class Cursor {
  private index: number | null = null;
  private readonly listeners = new Set<() => void>();
  set(index: number | null): void {
    if (index === this.index) return;
    this.index = index;
    for (const listener of this.listeners) listener();
  }
  get = (): number | null => this.index;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

interface Drawn {
  data: uPlot.AlignedData;
  /** For each series the column of its line, and of its band's lower edge if it has one. */
  lines: { id: string; at: number; faint: number | null; low: number | null; high: number | null }[];
}

/** One list of x for all of them; what a series has no value for is no gap in it. */
function aligned(series: readonly Series[], smoothing: Smoothing, strength: number): Drawn {
  const tables: uPlot.AlignedData[] = [];
  const lines: Drawn["lines"] = [];
  let at = 1;
  for (const one of series) {
    const hasBand = one.low !== undefined && one.high !== undefined;
    const isSmooth = smoothing !== "none" && strength > 0 && one.y.length >= 3;
    const columns: (number | null | undefined)[][] = [isSmooth ? smoothed(one.y, smoothing, strength) : [...one.y]];
    const place = { id: one.id, at, faint: null as number | null, low: null as number | null, high: null as number | null };
    if (isSmooth) {
      columns.push([...one.y]);
      place.faint = at + columns.length - 1;
    }
    if (hasBand) {
      columns.push([...(one.low ?? [])], [...(one.high ?? [])]);
      place.low = at + columns.length - 2;
      place.high = at + columns.length - 1;
    }
    lines.push(place);
    at += columns.length;
    tables.push([[...one.x], ...columns] as uPlot.AlignedData);
  }
  const only = tables[0];
  return { data: tables.length === 1 && only ? only : uPlot.join(tables), lines };
}

export function LineChart(props: LineChartProps) {
  const { label, series, hidden = NOTHING, onToggle, xKind = "iter", isLog = false, smoothing = "none", strength = 0, height = 220, sync, onZoom, zoom = null, unit, hasLegend = true, from, to, isArea = false, onCanvas } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useShownTheme();
  const cursor = useMemo(() => new Cursor(), []);
  const drawn = useMemo(() => aligned(series, smoothing, strength), [series, smoothing, strength]);
  const shape = JSON.stringify([series.map((one) => [one.id, one.colour, one.dash, one.low !== undefined]), xKind, isLog, smoothing !== "none" && strength > 0, isArea, from, to, hasLegend]);
  const latest = useRef({ onZoom, drawn, unit });
  useLayoutEffect(() => {
    latest.current = { onZoom, drawn, unit };
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || drawn.data.length < 2) return;
    const [text = "#888", line = "#ddd"] = coloursOf(element, ["--text-3", "--line"]);
    const options: uPlot.Options = {
      width: Math.max(60, element.clientWidth),
      height,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: {
        points: { size: 6 },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        ...(sync ? { sync: { key: sync, setSeries: false } } : {}),
      },
      scales: { x: { time: xKind === "time", ...(xKind === "time" ? { range: (chart: uPlot, min: number, max: number) => timeRange(chart.data[0].length, min, max) } : {}) }, y: isLog ? { distr: 3, log: 10 } : from !== undefined || to !== undefined ? { range: (_, min, max) => [from ?? min, Math.max(to ?? max, (from ?? 0) + 1e-9)] } : {} },
      axes: [
        {
          stroke: text, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 26, gap: 4, font: "11px Inter, Roboto, sans-serif",
          ...(xKind === "relative" ? { values: (_: uPlot, ticks: number[]) => ticks.map((value) => duration(value) || "0:00") } : {}),
          ...(xKind === "time" ? { values: (_: uPlot, ticks: number[]) => ticks.map((tick, at) => timeTick(tick, ticks[at - 1] ?? null)) } : {}),
          ...(xKind === "iter" ? { values: (_: uPlot, ticks: number[]) => ticks.map(shortTick) } : {}),
        },
        {
          stroke: text, grid: { stroke: line, width: 1 }, ticks: { show: false }, gap: 4, font: "11px Inter, Roboto, sans-serif",
          size: (_, values) => Math.max(34, ...(values ?? []).map((value) => (value?.length ?? 0) * 6.2 + 10)),
          values: (_, ticks) => ticks.map((value) => (value === null ? "" : (latest.current.unit?.(value) ?? shortTick(value)))),
        },
      ],
      series: [{}],
      bands: [],
      hooks: {
        setCursor: [(chart) => cursor.set(chart.cursor.idx ?? null)],
        setSelect: [
          (chart) => {
            if (chart.select.width < 4) return;
            const range: [number, number] = [chart.posToVal(chart.select.left, "x"), chart.posToVal(chart.select.left + chart.select.width, "x")];
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (latest.current.onZoom) latest.current.onZoom(range);
            else chart.setScale("x", { min: range[0], max: range[1] });
          },
        ],
      },
    };
    series.forEach((one, index) => {
      const place = drawn.lines[index];
      const faint = place?.faint !== null;
      options.series.push({ label: one.label, stroke: one.colour, width: 1.6, spanGaps: false, points: { show: one.x.length < 2 ? true : undefined, size: 5 } as uPlot.Series.Points, ...(one.dash ? { dash: [...one.dash] } : {}), ...(isArea ? { fill: `${one.colour}26` } : {}) });
      if (faint) options.series.push({ stroke: `${one.colour}4d`, width: 1, points: { show: false } });
      if (place?.low !== null) {
        options.series.push({ stroke: "transparent", width: 0, points: { show: false } }, { stroke: "transparent", width: 0, points: { show: false } });
        options.bands?.push({ series: [place?.high ?? 0, place?.low ?? 0], fill: `${one.colour}2e` });
      }
    });
    const chart = new uPlot(options, drawn.data, element);
    chart.over.addEventListener("dblclick", () => {
      if (latest.current.onZoom) latest.current.onZoom(null);
      else chart.setData(latest.current.drawn.data);
    });
    plot.current = chart;
    onCanvas?.(chart.ctx.canvas);
    const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(60, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      onCanvas?.(null);
      chart.destroy();
      plot.current = null;
    };
    // A chart is made anew when its shape changes; new points are laid in below.
  }, [shape, theme, height, sync, drawn.data.length]);

  useEffect(() => {
    const chart = plot.current;
    if (!chart || chart.series.length !== drawn.data.length) return;
    chart.setData(drawn.data, zoom === null);
    if (zoom) chart.setScale("x", { min: zoom[0], max: zoom[1] });
  }, [drawn, zoom, shape]);
  useEffect(() => {
    const chart = plot.current;
    if (!chart) return;
    chart.batch(() => {
      for (const { id, at, faint, low, high } of drawn.lines)
        for (const column of [at, faint, low, high]) if (column !== null && chart.series[column]) chart.setSeries(column, { show: !hidden.has(id) });
    });
  }, [hidden, drawn, shape, theme]);

  return (
    <div className={css.chart} role="figure" aria-label={label}>
      <div ref={box} className={css.canvas} style={{ height }} />
      {hasLegend ? <Legend series={series} drawn={drawn} cursor={cursor} hidden={hidden} onToggle={onToggle} xKind={xKind} unit={unit} /> : null}
      <Table label={label} series={series} />
    </div>
  );
}

/** "14:05", and the day where it begins: "11-25". Seconds where they are not zero. */
function timeTick(tick: number, before: number | null): string {
  const [day, clock = ""] = moment(tick * 1000).split(" ");
  const isNewDay = before !== null && moment(before * 1000).split(" ")[0] !== day;
  if (isNewDay || clock === "00:00:00") return day?.slice(5) ?? "";
  return clock.endsWith(":00") ? clock.slice(0, 5) : clock;
}

function shortTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  return number(value, 4);
}

const LEGEND_MAX = 60;

function Legend({ series, drawn, cursor, hidden, onToggle, xKind, unit }: {
  series: readonly Series[];
  drawn: Drawn;
  cursor: Cursor;
  hidden: ReadonlySet<string>;
  onToggle: LineChartProps["onToggle"];
  xKind: XKind;
  unit: LineChartProps["unit"];
}) {
  const index = useSyncExternalStore(cursor.subscribe, cursor.get);
  const x = index === null ? undefined : drawn.data[0][index];
  const valueOf = (at: number): string => {
    if (index === null) return "";
    const column = drawn.data[at] as (number | null | undefined)[] | undefined;
    // The nearest point before the cursor, for a series that has none right there.
    for (let i = index; i >= 0 && i > index - 200; i -= 1) {
      const value = column?.[i];
      if (value !== null && value !== undefined) return unit ? unit(value) : number(value, 5);
    }
    return "";
  };
  return (
    <div className={css.legend}>
      {series.slice(0, LEGEND_MAX).map((one, at) => (
        <button
          key={one.id}
          type="button"
          className={css.item}
          aria-pressed={!hidden.has(one.id)}
          title={`${one.label}\nClick: show or hide. Ctrl and click: only this.`}
          disabled={!onToggle}
          onClick={(event) => onToggle?.(one.id, event.ctrlKey || event.metaKey || event.altKey)}
        >
          <i style={{ background: hidden.has(one.id) ? "transparent" : one.colour, borderColor: one.colour }} />
          <span className={css.name}>{one.label}</span>
          <span className={css.value}>{valueOf(drawn.lines[at]?.at ?? 0)}</span>
        </button>
      ))}
      {series.length > LEGEND_MAX ? <span className="dimmer">and {series.length - LEGEND_MAX} more</span> : null}
      <span className={css.x}>{x === undefined ? "" : xText(xKind, x)}</span>
    </div>
  );
}

/** What the chart shows, for those who do not see it. */
function Table({ label, series }: { label: string; series: readonly Series[] }) {
  const id = useId();
  const rows = series.slice(0, LEGEND_MAX).map((one) => {
    const values = one.y.filter((value): value is number => value !== null && Number.isFinite(value));
    const least = one.low?.filter((value): value is number => value !== null) ?? values;
    const most = one.high?.filter((value): value is number => value !== null) ?? values;
    return { label: one.label, first: values[0], last: values.at(-1), min: least.length ? least.reduce((a, b) => Math.min(a, b)) : undefined, max: most.length ? most.reduce((a, b) => Math.max(a, b)) : undefined };
  });
  return (
    <table className="screen-reader" aria-labelledby={id}>
      <caption id={id}>{label}</caption>
      <thead>
        <tr>
          <th scope="col">Series</th>
          <th scope="col">First</th>
          <th scope="col">Last</th>
          <th scope="col">Least</th>
          <th scope="col">Greatest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <th scope="row">{row.label}</th>
            <td>{number(row.first)}</td>
            <td>{number(row.last)}</td>
            <td>{number(row.min)}</td>
            <td>{number(row.max)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Charts are drawn when they come into view, not before. */
export function useInView(margin = 300): [React.RefObject<HTMLDivElement | null>, boolean] {
  const element = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), { rootMargin: `${margin}px 0px` });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [margin]);
  return [element, isSeen];
}
