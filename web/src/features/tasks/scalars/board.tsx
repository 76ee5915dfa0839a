// Many charts of one or several runs, with one set of controls: what is shown, by what axis, how smooth.
import { Download, Eye, EyeOff, Maximize2, ZoomOut } from "lucide-react";
import { useCallback, useMemo, useRef, useState, type CSSProperties } from "react";
import { Button, IconButton, Segments } from "~/design/button";
import { LineChart, useInView, type Series, type XKind } from "~/design/chart/line-chart";
import { SMOOTHINGS, type Smoothing } from "~/design/chart/smoothing";
import { Dialog } from "~/design/dialog";
import { Check, SearchField, SelectField, Switch } from "~/design/field";
import { Menu } from "~/design/menu";
import { Empty, Problem } from "~/design/parts";
import { apart, seriesColour } from "~/design/run-colour";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import css from "./board.module.css";
import { samplesFor, useCurves } from "./curves";

export interface Run {
  id: string;
  name: string;
  colour: string;
  isLive: boolean;
}

export interface MetricNames {
  metric: string;
  variants: string[];
}

export interface ScalarLook {
  x: XKind;
  smoothing: Smoothing;
  strength: number;
  isLog: boolean;
  /** A chart for each metric, with its variants in it, or one for each variant. */
  group: "metric" | "variant";
  size: "small" | "medium" | "large";
}

const STANDARD: ScalarLook = { x: "iter", smoothing: "none", strength: 0.6, isLog: false, group: "metric", size: "medium" };
const WIDTHS = { small: 300, medium: 420, large: 720 } as const;
const HEIGHTS = { small: 150, medium: 210, large: 300 } as const;
const SMOOTHING_WORDS: Record<Smoothing, string> = { none: "No smoothing", ema: "Exponential", gaussian: "Gaussian", average: "Running mean" };

/** What the reader chose last, of all of it what still means something. */
function lookFrom(stored: Readonly<Record<string, unknown>> | undefined, own: Partial<ScalarLook>): ScalarLook {
  const given = { ...STANDARD, ...own, ...stored };
  return {
    x: given.x === "time" || given.x === "relative" ? given.x : "iter",
    smoothing: SMOOTHINGS.find((one) => one === given.smoothing) ?? "none",
    strength: typeof given.strength === "number" ? given.strength : STANDARD.strength,
    isLog: given.isLog === true,
    group: given.group === "variant" ? "variant" : "metric",
    size: given.size === "small" || given.size === "large" ? given.size : "medium",
  };
}

interface ChartSpec {
  id: string;
  title: string;
  metric: string;
  variants: string[];
}

function chartsOf(names: readonly MetricNames[], group: ScalarLook["group"]): ChartSpec[] {
  return names.flatMap(({ metric, variants }) =>
    group === "metric" ? [{ id: metric, title: metric, metric, variants }] : variants.map((variant) => ({ id: `${metric}\u0000${variant}`, title: variant === metric ? metric : `${metric} / ${variant}`, metric, variants: [variant] })),
  );
}

export function ScalarBoard({ runs, names, isModel = false, standard = {}, prefKey, sync, tools }: {
  runs: readonly Run[];
  names: readonly MetricNames[];
  isModel?: boolean;
  standard?: Partial<ScalarLook>;
  /** Under this name the look is kept. */
  prefKey: string;
  sync: string;
  tools?: React.ReactNode;
}) {
  const { scalars } = usePreferences();
  const setPreferences = useSetPreferences();
  const look = lookFrom(scalars?.[prefKey] as Record<string, unknown> | undefined, standard);
  const set = (change: Partial<ScalarLook>) => setPreferences({ scalars: { [prefKey]: { ...look, ...change } } });
  const [search, setSearch] = useState("");
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [large, setLarge] = useState<ChartSpec | null>(null);
  const metrics = names.map((one) => one.metric);
  const found = names.filter((one) => `${one.metric} ${one.variants.join(" ")}`.toLowerCase().includes(search.toLowerCase()));
  const charts = chartsOf(found.filter((one) => !away.has(one.metric)), look.group);
  const toggle = useCallback((all: readonly string[]) => (id: string, isOnly: boolean) => {
    setHidden((before) => {
      const next = new Set(before);
      if (isOnly) {
        const others = all.filter((one) => one !== id);
        const isAlone = others.every((one) => before.has(one)) && !before.has(id);
        for (const one of all) next.delete(one);
        if (!isAlone) for (const one of others) next.add(one);
      } else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return (
    <div className={css.board}>
      <aside className={css.side} aria-label="Metrics">
        <div className={css.sideHead}>
          <SearchField label="Find a metric" value={search} onChange={setSearch} wait={80} width="100%" data-page-search />
          <div className="row">
            <Button isSmall kind="quiet" icon={<Eye size={13} aria-hidden />} onClick={() => setAway(new Set())}>All</Button>
            <Button isSmall kind="quiet" icon={<EyeOff size={13} aria-hidden />} onClick={() => setAway(new Set(metrics))}>None</Button>
          </div>
        </div>
        <div className={css.names}>
          {found.map((one) => (
            <Check
              key={one.metric} label={one.metric} checked={!away.has(one.metric)}
              onChange={(isOn) => {
                const next = new Set(away);
                if (isOn) next.delete(one.metric);
                else next.add(one.metric);
                setAway(next);
              }}
            />
          ))}
        </div>
      </aside>
      <div className={css.main}>
        <div className={css.bar}>
          <Segments label="Horizontal axis" value={look.x} onChange={(x) => set({ x })} options={[{ value: "iter", label: "Iterations" }, { value: "relative", label: "Since start" }, { value: "time", label: "Time" }]} />
          <div style={{ width: 132 }}>
            <SelectField label="Smoothing" isBare value={look.smoothing} onChange={(event) => set({ smoothing: event.target.value as Smoothing })} options={SMOOTHINGS.map((value) => ({ value, label: SMOOTHING_WORDS[value] }))} />
          </div>
          {look.smoothing === "none" ? null : <input type="range" min={0} max={0.99} step={0.01} value={look.strength} aria-label="Strength of the smoothing" onChange={(event) => set({ strength: Number(event.target.value) })} />}
          <Segments label="A chart for each" value={look.group} onChange={(group) => set({ group })} options={[{ value: "metric", label: "By metric" }, { value: "variant", label: "By series" }]} />
          <Switch label="Log" checked={look.isLog} onChange={(isLog) => set({ isLog })} />
          <Segments label="Size of the charts" value={look.size} onChange={(size) => set({ size })} options={[{ value: "small", label: "S", name: "Small charts" }, { value: "medium", label: "M", name: "Medium charts" }, { value: "large", label: "L", name: "Large charts" }]} />
          <span className="grow" />
          {tools}
        </div>
        <div className={css.charts} style={{ "--chart-width": `${WIDTHS[look.size]}px` } as CSSProperties} tabIndex={0} role="region" aria-label="Charts">
          {charts.length === 0 ? <Empty title={search ? "No metric is called that" : "No chart is chosen"} /> : null}
          {charts.map((chart) => (
            <ChartCard key={chart.id} chart={chart} runs={runs} isModel={isModel} look={look} height={HEIGHTS[look.size]} hidden={hidden} onToggle={toggle} sync={sync} onLarge={() => setLarge(chart)} />
          ))}
        </div>
      </div>
      {large ? (
        <Dialog title={large.title} size="huge" onClose={() => setLarge(null)}>
          <ChartCard chart={large} runs={runs} isModel={isModel} look={look} height={460} hidden={hidden} onToggle={toggle} sync={`${sync}-large`} isBare />
        </Dialog>
      ) : null}
    </div>
  );
}

const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [6, 4], [2, 3], [10, 4, 2, 4], [4, 2, 1, 2]];

export function ChartCard({ chart, runs, isModel, look, height, hidden, onToggle, sync, onLarge, isBare = false }: {
  chart: ChartSpec;
  runs: readonly Run[];
  isModel: boolean;
  look: ScalarLook;
  height: number;
  hidden: ReadonlySet<string>;
  onToggle: (all: readonly string[]) => (id: string, isOnly: boolean) => void;
  sync: string;
  onLarge?: () => void;
  isBare?: boolean;
}) {
  const [element, isSeen] = useInView();
  const wasSeen = useRef(false);
  if (isSeen || isBare) wasSeen.current = true;
  const [zoom, setZoom] = useState<[number, number] | null>(null);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const width = element.current?.clientWidth ?? 420;
  const isLive = runs.some((run) => run.isLive);
  const tasks = useMemo(() => runs.map((run) => run.id), [runs]);
  const start = useRef(new Map<string, number>());
  const isTime = look.x !== "iter";
  // Of a zoomed part the server sends more detail; the axis since the start is the chart's own, told back in the server's time.
  const begin = Math.min(...start.current.values());
  const range: [number, number] | null = zoom && (look.x === "relative" ? (Number.isFinite(begin) && runs.length === 1 ? [zoom[0] * 1000 + begin, zoom[1] * 1000 + begin] : null) : look.x === "time" ? [zoom[0] * 1000, zoom[1] * 1000] : zoom);
  const query = useCurves({ tasks, isModel }, chart.metric, chart.variants, { key: isTime ? "timestamp" : "iter", samples: samplesFor(isBare ? 1200 : width), range, isLive, enabled: wasSeen.current });
  const curves = query.data;
  const series = useMemo<Series[]>(() => {
    if (!curves) return [];
    const isOne = runs.length === 1;
    const variants = [...new Set(curves.map((curve) => curve.variant))];
    const colours = isOne ? apart(variants.map((variant) => `${chart.metric}/${variant}`), seriesColour) : [];
    return curves.map((curve) => {
      const run = runs.find((one) => one.id === curve.task);
      const first = curve.x[0] ?? 0;
      const known = start.current.get(curve.task);
      if (isTime && (known === undefined || (first < known && !range))) start.current.set(curve.task, first);
      const origin = start.current.get(curve.task) ?? first;
      const x = look.x === "iter" ? curve.x : look.x === "time" ? curve.x.map((value) => value / 1000) : curve.x.map((value) => (value - origin) / 1000);
      const at = variants.indexOf(curve.variant);
      return {
        id: isOne ? `${chart.metric}/${curve.variant}` : chart.variants.length === 1 ? curve.task : `${curve.task}/${curve.variant}`,
        label: isOne ? curve.variant : chart.variants.length === 1 ? (run?.name ?? curve.task) : `${run?.name ?? curve.task}: ${curve.variant}`,
        colour: (isOne ? colours[at] : run?.colour) ?? "#888888",
        dash: isOne ? undefined : DASHES[at % DASHES.length],
        x, y: curve.y, low: curve.low, high: curve.high,
      };
    });
  }, [curves, runs, chart, look.x, isTime, range]);
  const ids = series.map((one) => one.id);
  const name = chart.title.replace(/[^\w.-]+/g, "_");
  const save = (content: Blob, ending: string) => {
    const url = URL.createObjectURL(content);
    const link = document.createElement("a");
    link.href = url;
    link.download = `${name}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const body = (
    <>
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      {!curves ? <div className={css.wait} style={{ height }}>{query.isFetching ? "…" : ""}</div> : series.length === 0 ? <div className={css.wait} style={{ height }}>No points{zoom ? " in this range" : ""}</div> : (
        <LineChart
          label={chart.title} series={series} hidden={hidden} onToggle={onToggle(ids)} xKind={look.x} isLog={look.isLog} smoothing={look.smoothing} strength={look.strength} height={height} sync={sync}
          zoom={zoom} onZoom={setZoom} onCanvas={(element_) => { canvas.current = element_; }}
        />
      )}
    </>
  );
  if (isBare) return <div ref={element}>{zoom ? <Button isSmall icon={<ZoomOut size={13} aria-hidden />} onClick={() => setZoom(null)}>Whole range</Button> : null}{body}</div>;
  return (
    <section className={css.card} ref={element} aria-label={chart.title}>
      <div className={css.cardHead}>
        <h3 title={chart.title}>{chart.title}</h3>
        {zoom ? (
          <IconButton label="Whole range" isSmall onClick={() => setZoom(null)}>
            <ZoomOut size={13} aria-hidden />
          </IconButton>
        ) : null}
        <Menu
          label="Save"
          position="bottom-end"
          items={[
            { label: "As a picture (PNG)", run: () => canvas.current?.toBlob((blob) => blob && save(blob, "png")) },
            { label: "The points as CSV", run: () => save(new Blob([csvOf(series)], { type: "text/csv" }), "csv") },
            { label: "The points as JSON", run: () => save(new Blob([JSON.stringify(curves, null, 1)], { type: "application/json" }), "json") },
          ]}
        >
          <IconButton label={`Save ${chart.title}`} isSmall>
            <Download size={13} aria-hidden />
          </IconButton>
        </Menu>
        {onLarge ? (
          <IconButton label={`Enlarge ${chart.title}`} isSmall onClick={onLarge}>
            <Maximize2 size={13} aria-hidden />
          </IconButton>
        ) : null}
      </div>
      {wasSeen.current ? body : <div style={{ height: height + 24 }} />}
    </section>
  );
}

/** A cell of a table that another program opens: what it would take for a formula is text. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvOf(series: readonly Series[]): string {
  const lines = ["series,x,y,min,max"];
  for (const one of series) one.x.forEach((x, at) => lines.push([csvCell(one.label), x, one.y[at] ?? "", one.low?.[at] ?? "", one.high?.[at] ?? ""].join(",")));
  return lines.join("\n");
}
