// Why a queued task does not run yet: where it stands, who is ahead of it, who could take it.
import { useMemo } from "react";
import type { Queue, Task, Worker } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Ago, Notice } from "~/design/parts";
import { plural } from "~/format";
import { useEvery } from "~/live/connection";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { shownQueueName, watching } from "../actions/queue-choice";

export interface WaitingFacts {
  queue: Queue;
  place: number;
  ahead: { id: string; name?: string }[];
  added: string;
  watching: Worker[];
  idle: Worker[];
}

/** Where the task stands, by what queues and workers say of themselves. Pure. */
export function waitingFacts(task: string, queues: readonly Queue[], workers: readonly Worker[]): WaitingFacts | null {
  for (const queue of queues) {
    const at = queue.entries?.findIndex((entry) => entry.task.id === task) ?? -1;
    const entry = queue.entries?.[at];
    if (!entry) continue;
    const watchers = watching(queue, workers);
    return { queue, place: at + 1, ahead: (queue.entries ?? []).slice(0, at).map((one) => one.task), added: entry.added, watching: watchers, idle: watchers.filter((worker) => !worker.task) };
  }
  return null;
}

export function Waiting({ task }: { task: Task }) {
  const every = useEvery(4_000);
  const queues = useAnswer("queues.get_all_ex", { search_hidden: true } as never, { every });
  const workers = useAnswer("workers.get_all", {}, { every });
  const facts = useMemo(() => (queues.data && workers.data ? waitingFacts(task.id, queues.data.queues, workers.data.workers) : null), [task.id, queues.data, workers.data]);
  if (!facts) return null;
  const { queue, place, ahead, added, watching: watchers, idle } = facts;
  const name = shownQueueName(queue);
  return (
    <Notice kind={watchers.length === 0 ? "warn" : "note"}>
      <b>
        Waits in <Link href={to.queue(queue.id)} className="link">{name}</Link> since <Ago at={added} />, {place === 1 ? "next in line" : `behind ${plural(place - 1, "task")}`}.
      </b>
      <div>
        {watchers.length === 0 ? (
          <>
            No worker watches this queue. Start one: <code>jarvis-agent daemon --queue {queue.name}</code>
          </>
        ) : idle.length > 0 ? (
          <>{plural(idle.length, "worker")} watching the queue {idle.length === 1 ? "is" : "are"} idle: it should start in a moment.</>
        ) : (
          <>
            {watchers.length === 1 ? "The one worker" : `All ${watchers.length} workers`} watching it {watchers.length === 1 ? "is" : "are"} busy:{" "}
            {watchers.slice(0, 4).map((worker, index) => (
              <span key={worker.id}>
                {index > 0 ? ", " : ""}
                {worker.id} with {worker.task ? <Link href={to.task(worker.task.id)} className="link">{worker.task.name ?? worker.task.id}</Link> : null}
              </span>
            ))}
            {watchers.length > 4 ? ` and ${watchers.length - 4} more` : ""}.
          </>
        )}
      </div>
      {ahead.length > 0 ? (
        <p className="dim">
          Ahead of it:{" "}
          {ahead.slice(-3).map((one, index) => (
            <span key={one.id}>
              {index > 0 ? ", " : ""}
              <Link href={to.task(one.id)} className="link">{one.name ?? one.id}</Link>
            </span>
          ))}
          {ahead.length > 3 ? ` and ${ahead.length - 3} more` : ""}
        </p>
      ) : null}
    </Notice>
  );
}
