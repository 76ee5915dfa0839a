// Debug images: the newest iterations first, older ones when they are asked for.
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "../../../api";
import { Empty, Loading, Problem } from "../../../design/parts";
import type { Task } from "../../../types";

interface ImageEvent {
  metric: string;
  variant: string;
  url: string;
}
interface Page {
  metrics: { iterations: { iter: number; events: ImageEvent[] }[] }[];
  scroll_id: string;
}

export function Images({ task }: { task: Task }) {
  const query = useInfiniteQuery({
    queryKey: ["images", task.id],
    queryFn: ({ signal, pageParam }) =>
      call<Page>("events.debug_images", { metrics: [{ task: task.id }], iters: 3, ...(pageParam ? { scroll_id: pageParam } : {}) }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => (last.metrics[0]?.iterations.length === 3 ? last.scroll_id : undefined),
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  const iterations = query.data.pages.flatMap((page) => page.metrics[0]?.iterations ?? []);
  if (iterations.length === 0) return <Empty title="No debug images.">`logger.report_image()` shows images here.</Empty>;
  return (
    <section>
      {iterations.map(({ iter, events }) => (
        <section key={iter}>
          <h2>Iteration {iter}</h2>
          <div className="images">
            {events.map((event) => (
              <figure key={event.metric + event.variant}>
                <a href={event.url} target="_blank" rel="noreferrer">
                  <img src={event.url} alt={`${event.metric}, ${event.variant}`} loading="lazy" />
                </a>
                <figcaption>
                  {event.metric} / {event.variant}
                </figcaption>
              </figure>
            ))}
          </div>
        </section>
      ))}
      {query.hasNextPage ? (
        <button className="more" onClick={() => void query.fetchNextPage()}>
          Older iterations
        </button>
      ) : null}
    </section>
  );
}
