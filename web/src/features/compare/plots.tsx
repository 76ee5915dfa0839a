// The latest plots of all the runs: those of one name laid over each other where they share their axes, else beside each other.
import { Image as ImageIcon } from "lucide-react";
import { useMemo, useState } from "react";
import type { PlotEvent } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Segments } from "~/design/button";
import { SearchField } from "~/design/field";
import { Empty, Loading, Problem } from "~/design/parts";
import { PlotStage } from "~/design/plot/stage";
import { PlotCard, plotId } from "../tasks/plots/plots";
import css from "./compare.module.css";
import type { ComparedRun } from "./compare-page";
import { overlaid } from "./overlay";

export function ComparePlots({ runs, isModel }: { runs: readonly ComparedRun[]; isModel: boolean }) {
  const every = runs.some((run) => run.isLive) ? 10_000 : 120_000;
  const ids = useMemo(() => runs.map((run) => run.id), [runs]);
  const answer = useAnswer("events.get_multi_task_plots", { tasks: ids, iters: 1, ...(isModel ? { model_events: true } : {}) } as never, { every, keeps: true });
  const [search, setSearch] = useState("");
  const [view, setView] = useState<"overlaid" | "beside">("overlaid");
  const groups = useMemo(() => {
    const out = new Map<string, PlotEvent[]>();
    for (const [metric, variants] of Object.entries(answer.data?.plots ?? {}))
      for (const [variant, tasks] of Object.entries(variants)) {
        const plots = Object.values(tasks).flatMap((iterations) => Object.values(iterations).flatMap((one) => one.plots));
        if (plots.length > 0) out.set(variant && variant !== metric ? `${metric} / ${variant}` : metric, plots);
      }
    return [...out].sort(([a], [b]) => a.localeCompare(b));
  }, [answer.data]);
  if (answer.isPending) return <Loading />;
  if (answer.isError) return <div className="page"><Problem error={answer.error} retry={() => void answer.refetch()} /></div>;
  if (groups.length === 0) return <Empty title="None of them has plots" icon={<ImageIcon size={26} strokeWidth={1.5} aria-hidden />} />;
  const shown = groups.filter(([name]) => name.toLowerCase().includes(search.toLowerCase()));
  return (
    <>
      <div className={css.bar}>
        <SearchField label="Find a plot" value={search} onChange={setSearch} wait={80} data-page-search />
        <Segments label="Plots of one name" value={view} onChange={setView} options={[{ value: "overlaid", label: "Overlaid" }, { value: "beside", label: "Beside each other" }]} />
      </div>
      <div className="scrolls" tabIndex={0} role="region" aria-label="Plots">
        <PlotStage label="Plots">
          {shown.map(([name, plots]) => (
            <Group key={name} name={name} plots={plots} runs={runs} isOverlaid={view === "overlaid"} />
          ))}
        </PlotStage>
      </div>
    </>
  );
}

function Group({ name, plots, runs, isOverlaid }: { name: string; plots: readonly PlotEvent[]; runs: readonly ComparedRun[]; isOverlaid: boolean }) {
  const shown = useMemo(() => runs.flatMap((run) => plots.filter((plot) => plot.task === run.id).map((plot) => ({ run, plot }))), [runs, plots]);
  const one = useMemo(() => {
    const [first] = shown;
    const json = isOverlaid && first ? overlaid(shown.map(({ run, plot }) => ({ name: run.name, colour: run.colour, json: plot.plot_str }))) : null;
    return json && first ? { ...first.plot, task: shown.map(({ plot }) => `${plot.task}@${plot.iter}`).join(" "), iter: -1, plot_str: json } : null;
  }, [shown, isOverlaid]);
  return (
    <section className={css.group2} aria-label={name}>
      <h2>{name}</h2>
      {one ? <PlotCard plot={one} height={360} /> : <div className={css.cards}>{shown.map(({ run, plot }) => <PlotCard key={plotId(plot)} plot={plot} height={300} run={run} />)}</div>}
    </section>
  );
}
