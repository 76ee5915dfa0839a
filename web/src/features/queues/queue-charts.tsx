// How long a queue was, and how long its tasks waited.
import { useMemo } from "react";
import { useAnswer } from "~/api/queries";
import { LineChart, type Series } from "~/design/chart/line-chart";
import { usePeriod } from "~/design/chart/period";
import { Loading, Panel, Problem } from "~/design/parts";
import { number, span } from "~/format";
import css from "./queues.module.css";

export function QueueCharts({ queue }: { queue: string }) {
  const { asked, field } = usePeriod(24 * 3_600);
  const answer = useAnswer("queues.get_queue_metrics", { queue_ids: [queue], ...asked } as never, { keeps: true });
  const found = answer.data?.queues[0];
  const [length, wait] = useMemo<[Series[], Series[]]>(
    () => (found ? [[{ id: "length", label: "tasks", colour: "#8568d4", x: found.dates, y: found.queue_lengths }], [{ id: "wait", label: "on average", colour: "#d97b1f", x: found.dates, y: found.avg_waiting_times }]] : [[], []]),
    [found],
  );
  return (
    <Panel title="History" actions={field}>
      {answer.isPending ? <Loading /> : null}
      {answer.isError ? <Problem error={answer.error} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && !found?.dates.length ? <p className="dim">Nothing waited in this time.</p> : null}
      {found && found.dates.length > 0 ? (
        <div className={css.charts}>
          <section aria-label="Waiting tasks">
            <h3>Waiting tasks</h3>
            <LineChart label="Waiting tasks" series={length} xKind="time" height={120} sync={`queue-${queue}`} from={0} unit={(value) => number(value, 3)} isArea />
          </section>
          <section aria-label="Time that they waited">
            <h3>Time that they waited</h3>
            <LineChart label="Time that they waited" series={wait} xKind="time" height={120} sync={`queue-${queue}`} from={0} unit={span} isArea />
          </section>
        </div>
      ) : null}
    </Panel>
  );
}
