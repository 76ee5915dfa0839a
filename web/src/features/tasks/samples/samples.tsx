// Debug samples: pictures, sounds, films and pages that a task reported, the newest iterations first.
import { Images } from "lucide-react";
import { useMemo, useState } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { ImageEvent } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { Empty, Loading, Problem } from "~/design/parts";
import { usePaced } from "~/live/connection";
import board from "../scalars/board.module.css";
import { MetricsSide, SizeSegments, type Size } from "../scalars/board-parts";
import { SampleMedia } from "./media";
import css from "./samples.module.css";
import { SampleViewer } from "./viewer";

const ITERATIONS = 3;
const WIDTHS = { small: 120, medium: 200, large: 360 } as const;

export function Samples({ id, isLive, isModel = false }: { id: string; isLive: boolean; isModel?: boolean }) {
  const every = isLive ? 5_000 : 60_000;
  const more = isModel ? { model_events: true } : {};
  const names = useAnswer("events.get_task_metrics", { tasks: [id], event_type: "training_debug_image", ...more } as never, { every });
  const metrics = useMemo(() => [...(names.data?.metrics[0]?.metrics ?? [])].sort(), [names.data]);
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState("");
  const [size, setSize] = useState<Size>("medium");
  const [open, setOpen] = useState<ImageEvent | null>(null);
  if (names.isPending) return <Loading />;
  if (names.isError) return <div className="page"><Problem error={names.error} retry={() => void names.refetch()} /></div>;
  if (metrics.length === 0) return <Empty title="No debug samples" icon={<Images size={26} strokeWidth={1.5} aria-hidden />}>`logger.report_image()` and `logger.report_media()` show pictures, sounds and films here.</Empty>;
  return (
    <div className={board.board}>
      <MetricsSide label="Find by variant" search={search} onSearch={setSearch} metrics={metrics} away={away} onAway={setAway} />
      <div className={board.main}>
        <div className={board.bar}>
          <span className="dim">{metrics.length === 1 ? "1 metric" : `${metrics.length} metrics`}</span>
          <span className="grow" />
          <SizeSegments label="Size of the samples" value={size} onChange={setSize} />
        </div>
        <div className="scrolls" tabIndex={0} role="region" aria-label="Samples" style={{ "--sample-width": `${WIDTHS[size]}px` } as React.CSSProperties}>
          {metrics.filter((metric) => !away.has(metric)).map((metric) => (
            <Metric key={metric} id={id} metric={metric} isModel={isModel} every={every} search={search.toLowerCase()} onOpen={setOpen} />
          ))}
        </div>
      </div>
      {open ? <SampleViewer task={id} isModel={isModel} begin={open} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

function Metric({ id, metric, isModel, every, search, onOpen }: { id: string; metric: string; isModel: boolean; every: number | false; search: string; onOpen: (sample: ImageEvent) => void }) {
  const queryKey = ["events.debug_images", id, metric, isModel];
  const paced = usePaced(queryKey);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ signal, pageParam }) => call("events.debug_images", { metrics: [{ task: id, metric }], iters: ITERATIONS, ...(pageParam ? { scroll_id: pageParam } : {}), ...(isModel ? { model_events: true } : {}) } as never, signal),
    initialPageParam: "",
    getNextPageParam: (last) => (last.metrics[0]?.iterations.length === ITERATIONS ? last.scroll_id : undefined),
    refetchInterval: paced(every),
  });
  const iterations = useMemo(() => {
    // New iterations that came between two pages move the window: what is shown twice is shown once.
    const seen = new Map<number, ImageEvent[]>();
    for (const page of query.data?.pages ?? []) for (const { iter, events } of page.metrics[0]?.iterations ?? []) if (!seen.has(iter)) seen.set(iter, events);
    return [...seen].map(([iter, events]) => ({ iter, events: events.filter((one) => one.variant.toLowerCase().includes(search)) }));
  }, [query.data, search]);
  return (
    <section className={css.metric} aria-label={metric}>
      <h2>{metric}</h2>
      {query.isPending ? <Loading /> : null}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      {iterations.map(({ iter, events }) =>
        events.length === 0 ? null : (
          <div key={iter} className={css.iteration}>
            <h3>Iteration {iter}</h3>
            <ul className={css.samples}>
              {events.map((sample) => (
                <li key={sample.variant} className={css.sample}>
                  <SampleMedia sample={sample} onOpen={() => onOpen(sample)} />
                  <span className="cut" title={sample.variant}>{sample.variant}</span>
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
      {query.hasNextPage ? (
        <Button isSmall busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older iterations
        </Button>
      ) : null}
    </section>
  );
}
