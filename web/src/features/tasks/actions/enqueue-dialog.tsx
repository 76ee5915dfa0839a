// Into a queue, by itself or many at once.
import { useState } from "react";
import type { Task } from "~/api/documents";
import { useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { toast } from "~/design/toast";
import { plural } from "~/format";
import { eligible } from "./eligibility";
import { runMany } from "./many";
import { QueueField, rememberQueue, type QueueChoice } from "./queue-choice";
import { LeftOut, Names, subject } from "./subject";

export function EnqueueDialog({ tasks, action, onClose }: { tasks: readonly Task[]; action: "enqueue" | "retry"; onClose: () => void }) {
  const chosen = eligible(action, tasks);
  const [queue, setQueue] = useState<QueueChoice | null>(null);
  const verb = action === "retry" ? "Retry" : "Enqueue";
  const run = useChange(
    () => runMany("tasks.enqueue_many", chosen.able.map((task) => task.id), queue?.isNew ? { queue_name: queue.name } : { queue: queue?.id }, () => undefined),
    {
      of: ["tasks", "queues", "projects"],
      after: (outcome) => {
        if (queue && !queue.isNew) rememberQueue(queue.id);
        const failed = outcome.failed[0];
        if (failed) toast(`${plural(outcome.failed.length, "task")} refused: ${failed.reason}`, { isError: true });
        if (outcome.done > 0) toast(`${chosen.able.length === 1 ? subject(chosen.able) : plural(outcome.done, "task")} ${outcome.done === 1 ? "waits" : "wait"} in ${queue?.name ?? "the queue"}`);
        onClose();
      },
    },
  );
  return (
    <Dialog title={`${verb} ${subject(tasks.length === 1 ? tasks : chosen.able)}`} confirm={verb} busy={run.isPending} disabled={!queue} onClose={onClose} onConfirm={() => run.mutate()}>
      <LeftOut eligible={chosen} of={tasks.length} />
      <Names tasks={chosen.able} />
      <QueueField value={queue} onChange={setQueue} />
      {action === "retry" ? <p className="dimmer">It runs again with the same code and parameters and keeps its id; what the failed run reported stays.</p> : null}
    </Dialog>
  );
}
