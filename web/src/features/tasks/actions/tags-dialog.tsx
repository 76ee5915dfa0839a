// Tags of one task or of many: those that all have, those that some have, new ones.
import { useState } from "react";
import { call } from "~/api/client";
import { useAnswer, useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { PickMany } from "~/design/pick";
import { plural } from "~/format";

interface Tagged {
  id: string;
  name: string;
  tags?: string[];
}

export function TagsDialog({ tasks, kind = "tasks", onClose }: { tasks: readonly Tagged[]; kind?: "tasks" | "models" | "projects" | "reports"; onClose: () => void }) {
  const counts = new Map<string, number>();
  for (const task of tasks) for (const tag of task.tags ?? []) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count === tasks.length).map(([tag]) => tag);
  const some = [...counts].filter(([, count]) => count < tasks.length).map(([tag]) => tag);
  const [values, setValues] = useState<string[]>(shared);
  const known = useAnswer("organization.get_tags", {}, { fresh: 30_000 });
  const save = useChange(
    () => {
      const add = values.filter((tag) => !shared.includes(tag));
      const remove = shared.filter((tag) => !values.includes(tag));
      // A report is a task.
      return call(`${kind === "reports" ? "tasks" : kind}.update_tags`, { ids: tasks.map((task) => task.id), ...(add.length ? { add_tags: add } : {}), ...(remove.length ? { remove_tags: remove } : {}) } as never);
    },
    { of: [kind, "organization", "projects"], done: "Tags saved", after: onClose },
  );
  const isChanged = values.length !== shared.length || values.some((tag) => !shared.includes(tag));
  const items = [...new Set([...(known.data?.tags ?? []), ...values])].sort().map((tag) => ({ value: tag, label: tag }));
  return (
    <Dialog title={`Tags of ${tasks.length === 1 ? tasks[0]?.name : plural(tasks.length, kind.slice(0, -1))}`} confirm="Save" busy={save.isPending} disabled={!isChanged} onClose={onClose} onConfirm={() => save.mutate()}>
      <PickMany label="Tags" autoFocus items={items} isLoading={known.isPending} values={values} onChange={setValues} creates="New tag" placeholder="Add a tag" hint={some.length ? `Only some of them have: ${some.join(", ")}. They keep those.` : undefined} />
    </Dialog>
  );
}
