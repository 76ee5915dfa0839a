// A report as it is read: its text, and between it the curves, plots and samples as they are now.
import { useMemo, useState } from "react";
import { useAnswer } from "~/api/queries";
import { later } from "~/design/later";
import { Markdown } from "~/design/markdown";
import { Facts, Loading, Notice } from "~/design/parts";
import { PlotStage } from "~/design/plot/stage";
import { apart } from "~/design/run-colour";
import { number } from "~/format";
import { SampleMedia } from "../tasks/samples/media";
import css from "./reports.module.css";
import { partsOf, type Widget } from "./widgets";

const ChartCard = later(() => import("../tasks/scalars/board").then((module) => module.ChartCard));
const PlotCard = later(() => import("../tasks/plots/plots").then((module) => module.PlotCard));

export function ReportView({ text }: { text: string }) {
  const parts = useMemo(() => partsOf(text), [text]);
  return (
    <div className={css.report}>
      {parts.map((part, index) => (part.kind === "text" ? <Markdown key={index} text={part.text} /> : <Live key={index} widget={part.widget} />))}
    </div>
  );
}

function matches(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function Live({ widget }: { widget: Widget }) {
  return (
    <div className={css.widget}>
      {widget.kind === "scalar" ? <LiveScalar widget={widget} /> : widget.kind === "plot" ? <LivePlot widget={widget} /> : widget.kind === "sample" ? <LiveSample widget={widget} /> : <LiveSingle widget={widget} />}
    </div>
  );
}

const NOTHING: ReadonlySet<string> = new Set();
const of = (widget: Widget) => (widget.isModel ? { model_events: true } : {});

function useNames(widget: Widget): Map<string, string> {
  const ask = { id: [...widget.objects], only_fields: ["id", "name"], search_hidden: true } as never;
  const tasks = useAnswer("tasks.get_all_ex", ask, { enabled: !widget.isModel, fresh: 60_000 });
  const models = useAnswer("models.get_all_ex", ask, { enabled: widget.isModel, fresh: 60_000 });
  return useMemo(() => new Map([...(tasks.data?.tasks ?? []), ...(models.data?.models ?? [])].map((one) => [one.id, one.name])), [tasks.data, models.data]);
}

function LiveScalar({ widget }: { widget: Widget }) {
  const names = useNames(widget);
  const metrics = useAnswer("events.get_multi_task_metrics", { tasks: [...widget.objects], event_type: "training_stats_scalar", ...of(widget) } as never, { fresh: 30_000 });
  const [hidden, setHidden] = useState<ReadonlySet<string>>(NOTHING);
  const colours = useMemo(() => apart(widget.objects), [widget.objects]);
  const runs = useMemo(() => widget.objects.map((id, index) => ({ id, name: names.get(id) ?? id.slice(0, 8), colour: colours[index] ?? "#888888", isLive: false })), [widget.objects, names, colours]);
  if (metrics.isPending) return <Loading />;
  const charts = (metrics.data?.metrics ?? []).filter((one) => matches(widget.metrics, one.metric)).map((one) => ({ id: one.metric, title: one.metric, metric: one.metric, variants: one.variants.filter((variant) => matches(widget.variants, variant)) }));
  if (charts.length === 0) return <Gone what="scalars" widget={widget} />;
  const toggle = () => (id: string) => setHidden((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]));
  return (
    <>
      {charts.map((chart) => (
        <ChartCard key={chart.id} chart={chart} runs={runs} isModel={widget.isModel} look={{ x: widget.x, smoothing: "none", strength: 0, isLog: false, group: "metric", size: "medium" }} height={260} hidden={hidden} onToggle={toggle} sync={`report-${widget.objects.join()}`} />
      ))}
    </>
  );
}

function LivePlot({ widget }: { widget: Widget }) {
  const names = useNames(widget);
  const answer = useAnswer("events.get_multi_task_plots", { tasks: [...widget.objects], iters: 1, ...of(widget) } as never, { fresh: 30_000 });
  const colours = useMemo(() => apart(widget.objects), [widget.objects]);
  if (answer.isPending) return <Loading />;
  const plots = Object.entries(answer.data?.plots ?? {}).filter(([metric]) => matches(widget.metrics, metric)).flatMap(([, variants]) => Object.entries(variants).filter(([variant]) => matches(widget.variants, variant)).flatMap(([, tasks]) => Object.values(tasks).flatMap((iterations) => Object.values(iterations).flatMap((one) => one.plots))));
  if (plots.length === 0) return <Gone what="plot" widget={widget} />;
  return (
    <PlotStage label="Plots">
      {plots.map((plot) => (
        <PlotCard key={`${plot.task}${plot.metric}${plot.variant}`} plot={plot} height={320} {...(widget.objects.length > 1 ? { run: { name: names.get(plot.task) ?? plot.task, colour: colours[widget.objects.indexOf(plot.task)] ?? "#888888" } } : {})} />
      ))}
    </PlotStage>
  );
}

function LiveSample({ widget }: { widget: Widget }) {
  const answer = useAnswer("events.debug_images", { metrics: widget.objects.map((task) => ({ task })), iters: 1, ...of(widget) } as never, { fresh: 30_000 });
  if (answer.isPending) return <Loading />;
  const samples = (answer.data?.metrics ?? []).flatMap((one) => one.iterations.flatMap((iteration) => iteration.events)).filter((one) => matches(widget.metrics, one.metric) && matches(widget.variants, one.variant));
  if (samples.length === 0) return <Gone what="debug sample" widget={widget} />;
  return (
    <div className={css.samples}>
      {samples.map((sample) => (
        <figure key={`${sample.task}${sample.metric}${sample.variant}`}>
          <SampleMedia sample={sample} />
          <figcaption className="dimmer">{sample.metric} / {sample.variant}</figcaption>
        </figure>
      ))}
    </div>
  );
}

function LiveSingle({ widget }: { widget: Widget }) {
  const names = useNames(widget);
  const answer = useAnswer("events.get_task_single_value_metrics", { tasks: [...widget.objects], ...of(widget) } as never, { fresh: 30_000 });
  if (answer.isPending) return <Loading />;
  const rows = (answer.data?.tasks ?? []).flatMap((one) => one.values.filter((value) => matches(widget.metrics, value.variant) || matches(widget.metrics, value.metric)).map((value) => ({ name: widget.objects.length > 1 ? `${names.get(one.task) ?? one.task}: ${value.variant}` : value.variant, value: number(value.value) })));
  return rows.length === 0 ? <Gone what="single value" widget={widget} /> : <Facts facts={rows} />;
}

function Gone({ what, widget }: { what: string; widget: Widget }) {
  return <Notice kind="warn">There is no {what} {widget.metrics.join(", ")} any more, or not yet.</Notice>;
}
