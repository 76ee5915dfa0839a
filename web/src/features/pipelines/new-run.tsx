// A new run of a pipeline: with other arguments, in a queue that somebody watches.
import { useState } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { TextField } from "~/design/field";
import { Notice } from "~/design/parts";
import { toast } from "~/design/toast";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import { QueueField, type QueueChoice } from "../tasks/actions/queue-choice";

export function NewRunDialog({ template, onClose }: { template: Task; onClose: () => void }) {
  const go = useGo();
  const args = Object.values(template.hyperparams?.Args ?? {}).filter((one) => !one.name.startsWith("_"));
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(args.map((one) => [one.name, one.value ?? ""])));
  const [queue, setQueue] = useState<QueueChoice | null>(null);
  const check = useAnswer("pipelines.check_new_run", { task: template.id, ...(queue && !queue.isNew ? { queue: queue.id } : {}) }, { enabled: queue !== null && !queue.isNew });
  const start = useChange(
    () => call("pipelines.start_pipeline", { task: template.id, ...(queue ? { queue: queue.id } : {}), args: args.filter((one) => values[one.name] !== one.value).map((one) => ({ name: one.name, value: values[one.name] ?? "" })) } as never) as Promise<{ pipeline: string; enqueued: boolean }>,
    {
      of: ["tasks", "queues", "projects"],
      after: ({ pipeline }) => {
        onClose();
        toast("A new run waits in its queue");
        go(to.task(pipeline, "pipeline"));
      },
    },
  );
  const problems = check.data?.problems ?? [];
  return (
    <Dialog title={`New run of ${template.name}`} confirm="Start" busy={start.isPending} disabled={!queue || queue.isNew === true || check.data?.can_run === false} onClose={onClose} onConfirm={() => start.mutate()}>
      {args.length === 0 ? <p className="dim">This pipeline takes no arguments.</p> : null}
      {args.map((one) => (
        <TextField key={one.name} label={one.name} isMono value={values[one.name] ?? ""} {...(one.description ? { hint: one.description } : {})} onChange={(event) => setValues({ ...values, [one.name]: event.target.value })} />
      ))}
      <QueueField value={queue} onChange={setQueue} />
      {problems.length > 0 ? <Notice kind="warn">{problems.join(" ")}</Notice> : check.data && !check.data.queue_watched ? <Notice kind="warn">No worker watches this queue: the run waits until one does.</Notice> : null}
    </Dialog>
  );
}
