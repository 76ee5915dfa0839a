// A queue to put tasks into: one of those that are there, or a new one. Says when nobody watches it.
import { useEffect } from "react";
import type { Queue, Task, Worker } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Notice } from "~/design/parts";
import { PickOne } from "~/design/pick";
import { plural } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";

const LAST_QUEUE = "jarvis.queue";

/** "" stands for a new queue of the name that `isNew` says. */
export interface QueueChoice {
  id: string;
  name: string;
  isNew: boolean;
}

function useQueues() {
  return useAnswer("queues.get_all_ex", { only_fields: ["id", "name", "entries", "system_tags", "display_name"] } as never, { fresh: 5_000 });
}

/** The queue that a task waits in, or came from. */
export function queueOf(task: Pick<Task, "execution">): string | null {
  const queue = task.execution?.queue;
  return typeof queue === "string" ? queue || null : (queue?.id ?? null);
}

/** A link to a queue by its name. */
export function QueueLink({ id }: { id: string }) {
  const queues = useQueues();
  const queue = queues.data?.queues.find((one) => one.id === id);
  return (
    <Link href={to.queue(id)} className="link">
      {queue ? shownQueueName(queue) : id}
    </Link>
  );
}

/** The workers that watch a queue. */
export function watching(queue: Pick<Queue, "id">, workers: readonly Worker[]): Worker[] {
  return workers.filter((worker) => worker.queues?.some((one) => one.id === queue.id));
}

export function shownQueueName(queue: Pick<Queue, "name" | "display_name">): string {
  return queue.display_name || queue.name;
}

/** The queue to begin with: the one that was used last, else the default. */
function firstQueue(queues: readonly Queue[]): QueueChoice | null {
  const last = localStorage.getItem(LAST_QUEUE);
  const queue = queues.find((one) => one.id === last) ?? queues.find((one) => one.system_tags?.includes("default")) ?? queues.find((one) => one.name === "default") ?? queues[0];
  return queue ? { id: queue.id, name: shownQueueName(queue), isNew: false } : null;
}

export function rememberQueue(id: string): void {
  localStorage.setItem(LAST_QUEUE, id);
}

export function QueueField({ value, onChange, label = "Queue" }: { value: QueueChoice | null; onChange: (choice: QueueChoice) => void; label?: string }) {
  const queues = useQueues();
  const workers = useAnswer("workers.get_all", {}, { fresh: 5_000 });
  const list = queues.data?.queues;
  const watchers = (queue: Pick<Queue, "id">) => watching(queue, workers.data?.workers ?? []).length;
  useEffect(() => {
    if (value || !list) return;
    const first = firstQueue(list);
    if (first) onChange(first);
  }, [value, list, onChange]);
  const chosen = list?.find((one) => one.id === value?.id);
  return (
    <div className="column">
      <PickOne
        label={label}
        autoFocus
        value={value?.isNew ? value.name : (value?.id ?? "")}
        isLoading={queues.isPending}
        creates="New queue"
        items={(list ?? []).map((queue) => ({
          value: queue.id,
          label: shownQueueName(queue),
          hint: `${queue.entries?.length ?? 0} waiting, ${plural(watchers(queue), "worker")}`,
        }))}
        onChange={(id, isNew) => onChange(isNew ? { id: "", name: id, isNew } : { id, name: shownQueueName(list?.find((one) => one.id === id) ?? { name: id }), isNew })}
      />
      {(chosen && workers.isSuccess && watchers(chosen) === 0) || value?.isNew ? (
        <Notice kind="warn">
          No worker watches {value?.name}. The task waits until one does: <code>jarvis-agent daemon --queue {value?.name}</code>
        </Notice>
      ) : null}
    </div>
  );
}
