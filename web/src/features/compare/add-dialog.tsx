// Which runs are compared: found by name, ticked, in the order in which they were.
import { useState } from "react";
import type { Model, Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { Check, SearchField } from "~/design/field";
import { Empty, Loading } from "~/design/parts";
import { StatusIcon } from "~/design/status";
import { escapePattern } from "~/format";
import css from "./compare.module.css";

export function AddDialog({ kind, chosen, onDone, onClose }: { kind: "tasks" | "models"; chosen: readonly { id: string; name: string }[]; onDone: (ids: string[]) => void; onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [ids, setIds] = useState<readonly string[]>(chosen.map((one) => one.id));
  const body = { ...(search.trim() ? { _any_: { pattern: escapePattern(search.trim()), fields: ["name", "id"] } } : {}), order_by: ["-last_update"], page: 0, page_size: 60, only_fields: ["id", "name", "status", "project.name"] };
  const tasks = useAnswer("tasks.get_all_ex", body, { enabled: kind === "tasks", keeps: true });
  const models = useAnswer("models.get_all_ex", body as never, { enabled: kind === "models", keeps: true });
  const found: readonly (Task | Model)[] = (kind === "tasks" ? tasks.data?.tasks : models.data?.models) ?? [];
  const others = search.trim() ? [] : chosen.filter((one) => !found.some((other) => other.id === one.id));
  const toggle = (id: string, isOn: boolean) => setIds(isOn ? [...ids, id] : ids.filter((one) => one !== id));
  return (
    <Dialog title={kind === "tasks" ? "Which tasks" : "Which models"} size="wide" confirm={`Compare ${ids.length}`} disabled={ids.length === 0} onClose={onClose} onConfirm={() => onDone([...ids])}>
      <SearchField label="Find by name or id" value={search} onChange={setSearch} width="100%" data-autofocus />
      <div className={css.pick} role="group" aria-label="Found" tabIndex={0}>
        {(kind === "tasks" ? tasks : models).isPending ? <Loading /> : null}
        {others.map((one) => (
          <Check key={one.id} label={one.name} checked={ids.includes(one.id)} onChange={(isOn) => toggle(one.id, isOn)} />
        ))}
        {found.map((one) => (
          <Check
            key={one.id} checked={ids.includes(one.id)} onChange={(isOn) => toggle(one.id, isOn)}
            label={<span className="row">{"status" in one ? <StatusIcon status={one.status} size={13} /> : null}<span className="cut">{one.name}</span><span className="dimmer cut">{one.project?.name}</span></span>}
          />
        ))}
        {found.length === 0 && others.length === 0 && !tasks.isPending ? <Empty title="Nothing is called that" /> : null}
      </div>
    </Dialog>
  );
}
