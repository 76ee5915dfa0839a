// The plots that a task reported: of each the latest, in a viewer also the earlier ones.
import { ChevronLeft, ChevronRight, Download, Image as ImageIcon, Maximize2 } from "lucide-react";
import { useEffect, useMemo, useState, type KeyboardEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { PlotSample } from "~/api/answers";
import type { PlotEvent } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { Menu } from "~/design/menu";
import { Empty, Loading, Problem } from "~/design/parts";
import { PlotStage, useSavePlot } from "~/design/plot/stage";
import { PlotView, usePlotKind } from "~/design/plot/plot-view";
import { csvOf, fileName, saveText } from "~/design/save";
import board from "../scalars/board.module.css";
import { MetricsSide, SizeSegments, type Size } from "../scalars/board-parts";

const WIDTHS = { small: 320, medium: 480, large: 900 } as const;
const HEIGHTS = { small: 240, medium: 340, large: 520 } as const;

export function plotId(plot: Pick<PlotEvent, "task" | "metric" | "variant" | "iter">): string {
  return `${plot.task}\u0000${plot.metric}\u0000${plot.variant}\u0000${plot.iter}`;
}

export function Plots({ id, isLive, isModel = false }: { id: string; isLive: boolean; isModel?: boolean }) {
  const every = isLive ? 5_000 : 60_000;
  const plots = useAnswer("events.get_task_plots", { task: id, iters: 1, ...(isModel ? { model_events: true } : {}) } as never, { every });
  const [search, setSearch] = useState("");
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const [size, setSize] = useState<Size>("medium");
  const [open, setOpen] = useState<PlotEvent | null>(null);
  const list = useMemo(() => [...(plots.data?.plots ?? [])].sort((a, b) => a.metric.localeCompare(b.metric) || a.variant.localeCompare(b.variant)), [plots.data]);
  if (plots.isPending) return <Loading />;
  if (plots.isError) return <div className="page"><Problem error={plots.error} retry={() => void plots.refetch()} /></div>;
  if (list.length === 0) return <Empty title="No plots" icon={<ImageIcon size={26} strokeWidth={1.5} aria-hidden />}>`logger.report_plotly()`, matplotlib figures, confusion matrices and tables appear here.</Empty>;
  const metrics = [...new Set(list.map((plot) => plot.metric))];
  const found = list.filter((plot) => !away.has(plot.metric) && `${plot.metric} ${plot.variant}`.toLowerCase().includes(search.toLowerCase()));
  return (
    <div className={board.board}>
      <MetricsSide label="Find a plot" search={search} onSearch={setSearch} metrics={metrics} away={away} onAway={setAway} />
      <div className={board.main}>
        <div className={board.bar}>
          <span className="dim">{found.length === 1 ? "1 plot" : `${found.length} plots`}</span>
          <span className="grow" />
          <SizeSegments label="Size of the plots" value={size} onChange={setSize} />
        </div>
        <div className="scrolls" tabIndex={0} role="region" aria-label="Plots">
          <PlotStage label="Plots">
            <div className={board.charts} style={{ "--chart-width": `${WIDTHS[size]}px`, overflow: "visible" } as React.CSSProperties}>
              {found.map((plot) => (
                <PlotCard key={plotId(plot)} plot={plot} height={HEIGHTS[size]} onOpen={() => setOpen(plot)} />
              ))}
            </div>
          </PlotStage>
        </div>
      </div>
      {open ? <Viewer task={id} isModel={isModel} begin={open} plots={found} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

export function PlotCard({ plot, height, onOpen, run }: { plot: PlotEvent; height: number; onOpen?: () => void; run?: { name: string; colour: string } }) {
  const title = plot.variant && plot.variant !== plot.metric ? `${plot.metric} / ${plot.variant}` : plot.metric;
  return (
    <section className={board.card} aria-label={run ? `${title}, ${run.name}` : title}>
      <div className={board.cardHead}>
        {run ? <i className="run-dot" style={{ background: run.colour }} aria-hidden /> : null}
        <h3 title={title}>{run ? run.name : title}</h3>
        <span className="dimmer" style={{ fontSize: 11 }}>{plot.iter >= 0 ? `iteration ${plot.iter}` : ""}</span>
        <SaveMenu plot={plot} title={title} />
        {onOpen ? (
          <IconButton label={`Enlarge ${title}`} isSmall onClick={onOpen}>
            <Maximize2 size={13} aria-hidden />
          </IconButton>
        ) : null}
      </div>
      <PlotView id={plotId(plot)} json={plot.plot_str} label={title} height={height} />
    </section>
  );
}

function SaveMenu({ plot, title }: { plot: PlotEvent; title: string }) {
  const kind = usePlotKind(plot.plot_str);
  const save = useSavePlot();
  return (
    <Menu
      label="Save"
      position="bottom-end"
      items={[
        ...(kind.kind === "table" ? [{ label: "As CSV", run: () => saveText(csvOf([kind.header, ...kind.rows]), `${fileName(title)}.csv`, "text/csv") }] : []),
        ...(kind.kind === "plot" ? [{ label: "As a picture (PNG)", run: () => save(plotId(plot), title, "png") }, { label: "As a drawing (SVG)", run: () => save(plotId(plot), title, "svg") }] : []),
        { label: "As JSON", run: () => saveText(plot.plot_str, `${fileName(title)}.json`, "application/json") },
      ]}
    >
      <IconButton label={`Save ${title}`} isSmall>
        <Download size={13} aria-hidden />
      </IconButton>
    </Menu>
  );
}

/** One metric's plots, iteration by iteration, and from metric to metric. */
function Viewer({ task, isModel, begin, plots, onClose }: { task: string; isModel: boolean; begin: PlotEvent; plots: readonly PlotEvent[]; onClose: () => void }) {
  const [at, setAt] = useState(begin);
  const [iteration, setIteration] = useState<number | null>(null);
  const [wanted, setWanted] = useState<number | null>(null);
  // The slider is let go before the server is asked.
  useEffect(() => {
    const timer = setTimeout(() => setIteration(wanted), 120);
    return () => clearTimeout(timer);
  }, [wanted]);
  const sample = useQuery({
    queryKey: ["events.get_plot_sample", task, at.metric, iteration, isModel],
    queryFn: ({ signal }): Promise<PlotSample> => call("events.get_plot_sample", { task, metric: at.metric, navigate_current_metric: true, ...(iteration === null ? {} : { iteration }), ...(isModel ? { model_events: true } : {}) } as never, signal),
    placeholderData: (before) => before,
  });
  const shown = sample.data?.events.find((plot) => plot.variant === at.variant) ?? (iteration === null ? at : undefined);
  const min = sample.data?.min_iteration ?? shown?.iter ?? 0;
  const max = sample.data?.max_iteration ?? shown?.iter ?? 0;
  const index = plots.findIndex((plot) => plot.metric === at.metric && plot.variant === at.variant);
  const go = (step: number) => {
    const next = plots[(index + step + plots.length) % plots.length];
    if (!next) return;
    setAt(next);
    setWanted(null);
    setIteration(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === "ArrowRight") go(1);
    else if (event.key === "ArrowLeft") go(-1);
    else return;
    event.preventDefault();
  };
  const title = at.variant && at.variant !== at.metric ? `${at.metric} / ${at.variant}` : at.metric;
  return (
    <Dialog title={title} size="huge" onClose={onClose}>
      <div className="fill" onKeyDown={onKeyDown}>
        <div className="row" style={{ paddingBottom: 8 }}>
          <IconButton label="Plot before" keys="←" isSmall onClick={() => go(-1)}>
            <ChevronLeft size={15} aria-hidden />
          </IconButton>
          <IconButton label="Next plot" keys="→" isSmall onClick={() => go(1)}>
            <ChevronRight size={15} aria-hidden />
          </IconButton>
          <span className="dimmer">{index + 1} of {plots.length}</span>
          <span className="grow" />
          {max > min ? (
            <label className="row dim">
              Iteration
              <input type="range" min={min} max={max} value={wanted ?? shown?.iter ?? max} aria-label="Iteration" style={{ width: 260, accentColor: "var(--accent)" }} onChange={(event) => setWanted(Number(event.target.value))} />
              <span className="number" style={{ minWidth: 48 }}>{wanted ?? shown?.iter}</span>
            </label>
          ) : null}
        </div>
        <PlotStage label="Plot">
          {shown ? <PlotView id={`large\u0000${plotId(shown)}`} json={shown.plot_str} label={title} height={Math.max(320, innerHeight * 0.82 - 150)} /> : <Empty title="None at this iteration" />}
        </PlotStage>
      </div>
    </Dialog>
  );
}
