// One action on many tasks: in portions, told as it goes on, with what was refused and why.
import { call } from "~/api/client";
import type { ManyAnswer } from "~/api/answers";

export type ManyAction =
  | "tasks.enqueue_many" | "tasks.dequeue_many" | "tasks.stop_many" | "tasks.reset_many" | "tasks.publish_many" | "tasks.archive_many" | "tasks.unarchive_many" | "tasks.delete_many"
  | "models.publish_many" | "models.archive_many" | "models.unarchive_many" | "models.delete_many";

export interface Outcome {
  done: number;
  failed: { id: string; reason: string }[];
  /** Files that are being deleted, and those that only their owner can delete. */
  scheduled: number;
  left: string[];
  isUnwatched: boolean;
}

const PORTION = 100;

export async function runMany(action: ManyAction, ids: readonly string[], extra: Record<string, unknown>, onProgress: (done: number) => void): Promise<Outcome> {
  const out: Outcome = { done: 0, failed: [], scheduled: 0, left: [], isUnwatched: false };
  for (let from = 0; from < ids.length; from += PORTION) {
    const answer = (await call(action, { ids: ids.slice(from, from + PORTION), ...extra } as never)) as ManyAnswer & { queue_watched?: boolean };
    out.done += answer.succeeded.length;
    out.failed.push(...answer.failed.map((one) => ({ id: one.id, reason: one.error.msg })));
    for (const one of answer.succeeded) {
      out.scheduled += one.files?.scheduled ?? 0;
      out.left.push(...(one.files?.not_deleted ?? []));
    }
    if (answer.queue_watched === false) out.isUnwatched = true;
    onProgress(Math.min(ids.length, from + PORTION));
  }
  return out;
}
