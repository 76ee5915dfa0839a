// Why a queued task does not run yet: where it stands, who is ahead of it, who could take it, when its turn comes.
import type { Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { LastingSince, Notice } from "~/design/parts";
import { plural, span } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";

const NAMED = 3;

export function Waiting({ task }: { task: Task }) {
  const every = 4_000;
  const status = useAnswer("queues.get_waiting_status", { task: task.id } as never, { every });
  const why = status.data;
  if (!why?.queue || why.state === "not_queued") return null;
  const { queue, ahead = [], workers = [], ahead_in_preferred_queues: preferred = [], estimate } = why;
  const needsSomebody = why.reason === "no_worker" || why.reason === "workers_silent";
  return (
    <Notice kind={needsSomebody ? "warn" : "note"}>
      <p>
        <b>
          Waits in <Link href={to.queue(queue.id)} className="link">{queue.name ?? queue.id}</Link> {why.added ? <>for <LastingSince at={why.added} /></> : null}, {why.position ? `behind ${plural(why.position, "task")}` : "next in line"}.
        </b>
      </p>
      <p>
        {why.message ? `${why.message.charAt(0).toUpperCase()}${why.message.slice(1)}.` : null} {estimate ? `By how fast the queue moved lately it starts in about ${span(Math.max(1, estimate.start_in_sec))}.` : null}
      </p>
      {why.reason === "no_worker" ? (
        <p>
          On a machine that should run it: <code>jarvis-agent daemon --queue {queue.name}</code>
        </p>
      ) : null}
      {workers.some((worker) => worker.task) ? (
        <p className="dim">
          Busy:{" "}
          {workers.filter((worker) => worker.task).slice(0, NAMED).map((worker, index) => (
            <span key={worker.id}>
              {index > 0 ? ", " : ""}
              <Link href={to.worker(worker.id)} className="link">{worker.id}</Link> with <Link href={to.task(worker.task?.id ?? "")} className="link">{worker.task?.name ?? worker.task?.id}</Link> for {span(worker.task?.running_sec ?? 0)}
            </span>
          ))}
        </p>
      ) : null}
      {ahead.length > 0 ? (
        <p className="dim">
          Ahead of it:{" "}
          {ahead.slice(-NAMED).map((one, index) => (
            <span key={one.id}>
              {index > 0 ? ", " : ""}
              <Link href={to.task(one.id)} className="link">{one.name ?? one.id}</Link>
            </span>
          ))}
          {why.position && why.position > NAMED ? ` and ${why.position - NAMED} more` : ""}
        </p>
      ) : null}
      {preferred.length > 0 ? (
        <p className="dim">
          Its workers look first into{" "}
          {preferred.slice(0, NAMED).map((one, index) => (
            <span key={one.id}>
              {index > 0 ? ", " : ""}
              <Link href={to.queue(one.id)} className="link">{one.name ?? one.id}</Link> ({plural(one.tasks, "task")} there)
            </span>
          ))}
        </p>
      ) : null}
    </Notice>
  );
}
