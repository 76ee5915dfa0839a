// The newest debug samples of all the runs: a row for each name, a column for each run.
import { Images } from "lucide-react";
import { useMemo, useState } from "react";
import type { ImageEvent } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { SearchField } from "~/design/field";
import { Empty, Loading, Problem } from "~/design/parts";
import { SampleMedia } from "../tasks/samples/media";
import { SampleViewer } from "../tasks/samples/viewer";
import css from "./compare.module.css";
import type { ComparedRun } from "./compare-page";

export function CompareSamples({ runs }: { runs: readonly ComparedRun[] }) {
  const every = runs.some((run) => run.isLive) ? 10_000 : 120_000;
  const answer = useAnswer("events.debug_images", { metrics: runs.map((run) => ({ task: run.id })), iters: 1 } as never, { every, keeps: true });
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<ImageEvent | null>(null);
  const rows = useMemo(() => {
    const out = new Map<string, Map<string, ImageEvent>>();
    for (const { iterations } of answer.data?.metrics ?? [])
      for (const { events } of iterations)
        for (const event of events) {
          const name = `${event.metric} / ${event.variant}`;
          const row = out.get(name) ?? new Map<string, ImageEvent>();
          row.set(event.task, event);
          out.set(name, row);
        }
    return [...out].sort(([a], [b]) => a.localeCompare(b));
  }, [answer.data]);
  if (answer.isPending) return <Loading />;
  if (answer.isError) return <div className="page"><Problem error={answer.error} retry={() => void answer.refetch()} /></div>;
  if (rows.length === 0) return <Empty title="None of them has debug samples" icon={<Images size={26} strokeWidth={1.5} aria-hidden />} />;
  const shown = rows.filter(([name]) => name.toLowerCase().includes(search.toLowerCase()));
  const columns = runs.filter((run) => rows.some(([, row]) => row.has(run.id)));
  return (
    <>
      <div className={css.bar}>
        <SearchField label="Find a sample" value={search} onChange={setSearch} wait={80} data-page-search />
        {columns.length < runs.length ? <span className="dim">{runs.length - columns.length} of them have no samples</span> : null}
      </div>
      <div className="scrolls" tabIndex={0} role="region" aria-label="Samples">
        <table className={css.samples}>
          <thead>
            <tr>
              <th scope="col"><span className="screen-reader">Sample</span></th>
              {columns.map((run) => (
                <th key={run.id} scope="col" title={run.name}><i className="run-dot" style={{ background: run.colour, display: "inline-block", marginRight: 6 }} aria-hidden />{run.name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(([name, row]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {columns.map((run) => {
                  const sample = row.get(run.id);
                  return (
                    <td key={run.id}>
                      {sample ? <><SampleMedia sample={sample} onOpen={() => setOpen(sample)} /><span className="dimmer">iteration {sample.iter}</span></> : <span className="dimmer">–</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open ? <SampleViewer task={open.task} isModel={false} begin={open} onClose={() => setOpen(null)} /> : null}
    </>
  );
}
