// Queues, and what waits in them: the order by hand or by key, moved to another queue, taken out.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { Eraser, Layers, MoreHorizontal, PencilLine, Plus, Trash2, Copy as CopyIcon } from "lucide-react";
import { useMemo, useState } from "react";
import { call } from "~/api/client";
import type { Queue, Worker } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { copyText, IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { SearchField, TextField } from "~/design/field";
import { Menu, type MenuEntry } from "~/design/menu";
import { Badge, Empty, LastingSince, Loading, Notice, Problem } from "~/design/parts";
import { toast } from "~/design/toast";
import { plural } from "~/format";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { usePreferences } from "~/preferences/preferences";
import { to } from "~/routes";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { shownQueueName, watching } from "../tasks/actions/queue-choice";
import { Entries } from "./entries";
import { QueueCharts } from "./queue-charts";
import css from "./queues.module.css";

const ICON = { size: 14, "aria-hidden": true } as const;

export function QueuesPage() {
  const { queue: chosen } = useRouteParams({ strict: false }) as { queue?: string };
  const [search, setSearch] = useState("");
  const [isNewAsked, setNewAsked] = useState(false);
  const { showHidden = false } = usePreferences();
  const every = 3_000;
  const queues = useAnswer("queues.get_all_ex", (showHidden ? { search_hidden: true } : {}) as never, { every, keeps: true });
  const workers = useAnswer("workers.get_all", {}, { every: every * 2, keeps: true });
  const list = useMemo(() => [...(queues.data?.queues ?? [])].sort((a, b) => (b.entries?.length ?? 0) - (a.entries?.length ?? 0) || shownQueueName(a).localeCompare(shownQueueName(b))), [queues.data]);
  const current = list.find((queue) => queue.id === chosen);
  const shown = list.filter((queue) => shownQueueName(queue).toLowerCase().includes(search.toLowerCase()));
  const go = useGo();
  useCrumbs([{ label: "Queues", href: to.queues() }, chosen !== undefined && { label: current ? shownQueueName(current) : "Queue" }]);
  const step = (by: number) => {
    const next = shown[(shown.findIndex((queue) => queue.id === chosen) + by + shown.length) % shown.length];
    if (next) go(to.queue(next.id));
  };
  useCommands([
    { ...listed("filter"), isKeyOnly: true, run: () => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus() },
    { id: "queue:new", label: "New queue", group: "Queues", run: () => setNewAsked(true) },
    { ...listed("tab:next"), label: "Next queue", isKeyOnly: true, run: () => step(1) },
    { ...listed("tab:back"), label: "Queue before", isKeyOnly: true, run: () => step(-1) },
  ]);
  return (
    <div className={css.page} {...(chosen ? { "data-chosen": true } : {})}>
      <div className={css.list}>
        <div className={css.head}>
          <h1 className="grow" style={{ fontSize: 15 }}>Queues</h1>
          <SearchField label="Find a queue" value={search} onChange={setSearch} wait={0} width={140} data-page-search />
          <IconButton label="New queue" kind="primary" onClick={() => setNewAsked(true)}>
            <Plus size={15} aria-hidden />
          </IconButton>
        </div>
        {queues.isPending ? <Loading /> : null}
        {queues.isError ? <Problem error={queues.error} retry={() => void queues.refetch()} /> : null}
        <nav className={css.queues} aria-label="Queues">
          {shown.map((queue) => (
            <QueueLine key={queue.id} queue={queue} workers={watching(queue, workers.data?.workers ?? []).length} isCurrent={queue.id === chosen} />
          ))}
        </nav>
      </div>
      <div className={css.detail}>
        {current ? (
          <Detail key={current.id} queue={current} queues={list} workers={workers.data?.workers ?? []} />
        ) : queues.isPending ? null : (
          <Empty title={chosen ? "There is no such queue" : "Choose a queue"} icon={<Layers size={26} strokeWidth={1.5} aria-hidden />}>
            {chosen ? <p>It was deleted, or the address is mistyped.</p> : <p>Its tasks, their order and who works on them appear here.</p>}
          </Empty>
        )}
      </div>
      {isNewAsked ? <NewQueue onClose={() => setNewAsked(false)} /> : null}
    </div>
  );
}

function QueueLine({ queue, workers, isCurrent }: { queue: Queue; workers: number; isCurrent: boolean }) {
  const waiting = queue.entries?.length ?? 0;
  const oldest = queue.entries?.[0];
  return (
    <Link href={to.queue(queue.id)} className={css.queue} {...(isCurrent ? { "aria-current": "page" as const } : {})}>
      <b>{shownQueueName(queue)}</b>
      <span className="dimmer" style={{ fontSize: 11 }}>{plural(workers, "worker")}</span>
      <Badge>{waiting}</Badge>
      <small>{oldest ? <>next: {oldest.task.name ?? oldest.task.id}, waits for <LastingSince at={oldest.added} /></> : workers === 0 ? "no worker watches it" : "nothing waits"}</small>
    </Link>
  );
}

function Detail({ queue, queues, workers }: { queue: Queue; queues: readonly Queue[]; workers: readonly Worker[] }) {
  const go = useGo();
  const [asked, setAsked] = useState<"rename" | "delete" | "clear" | null>(null);
  const name = shownQueueName(queue);
  const entries = queue.entries ?? [];
  const watchers = watching(queue, workers);
  const isDefault = queue.system_tags?.includes("default") ?? false;
  const remove = useChange(() => call("queues.delete", { queue: queue.id, force: true } as never), { of: ["queues", "tasks"], done: `${name} is deleted`, after: () => go(to.queues(), { replace: true }) });
  const clear = useChange(() => call("queues.clear_queue", { queue: queue.id } as never), { of: ["queues", "tasks"], done: `${name} is empty`, after: () => setAsked(null) });
  const menu: MenuEntry[] = [
    { label: "Rename…", icon: <PencilLine {...ICON} />, run: () => setAsked("rename") },
    { label: "Copy the id", icon: <CopyIcon {...ICON} />, run: () => void copyText(queue.id).then(() => toast("The id is copied")) },
    "divider",
    { label: "Take all tasks out…", icon: <Eraser {...ICON} />, disabled: entries.length === 0 ? "nothing waits in it" : undefined, run: () => setAsked("clear") },
    { label: "Delete…", icon: <Trash2 {...ICON} />, isDangerous: true, disabled: isDefault ? "the default queue stays" : undefined, run: () => setAsked("delete") },
  ];
  useCommands([
    { id: "queue:rename", label: "Rename the queue", group: "Queues", run: () => setAsked("rename") },
    { id: "queue:clear", label: "Take all tasks out of the queue", group: "Queues", run: () => entries.length && setAsked("clear") },
    { id: "queue:delete", label: "Delete the queue", group: "Queues", run: () => !isDefault && setAsked("delete") },
  ]);
  return (
    <>
      <div className={css.head}>
        <h2 className="cut" style={{ fontSize: 15 }}>{name}</h2>
        {isDefault ? <Badge>default</Badge> : null}
        <span className="dim">{plural(entries.length, "task")} waiting</span>
        <span className="grow" />
        <Menu label={`Actions for ${name}`} position="bottom-end" items={menu}>
          <IconButton label={`Actions for ${name}`}>
            <MoreHorizontal size={16} aria-hidden />
          </IconButton>
        </Menu>
      </div>
      <div className={css.body}>
        {watchers.length === 0 ? (
          <Notice kind={entries.length ? "warn" : "note"}>
            No worker watches this queue. On any machine that should run its tasks: <code>jarvis-agent daemon --queue {queue.name}</code>
          </Notice>
        ) : (
          <div className={css.workers} aria-label="Workers that watch this queue">
            {watchers.map((worker) => (
              <Link key={worker.id} href={to.worker(worker.id)} className={css.worker} title={worker.task ? `runs ${worker.task.name ?? worker.task.id}` : "idle"}>
                <span className={css.dot} {...(worker.task ? { "data-busy": true } : {})} aria-hidden />
                <span className="cut">{worker.id}</span>
                <span className="dimmer cut">{worker.task ? worker.task.name : "idle"}</span>
              </Link>
            ))}
          </div>
        )}
        <Entries queue={queue} queues={queues} />
        <QueueCharts queue={queue.id} />
      </div>
      {asked === "rename" ? <Rename queue={queue} onClose={() => setAsked(null)} /> : null}
      {asked === "clear" ? (
        <Dialog title={`Take all tasks out of ${name}?`} confirm={`Take ${entries.length} out`} isDangerous busy={clear.isPending} onClose={() => setAsked(null)} onConfirm={() => clear.mutate()}>
          <p>{plural(entries.length, "task")} {entries.length === 1 ? "goes" : "go"} back to the state from before.</p>
        </Dialog>
      ) : null}
      {asked === "delete" ? (
        <Dialog title={`Delete ${name}?`} confirm="Delete" isDangerous busy={remove.isPending} onClose={() => setAsked(null)} onConfirm={() => remove.mutate()}>
          <p>{entries.length ? `${plural(entries.length, "task")} in it ${entries.length === 1 ? "goes" : "go"} back to the state from before. ` : ""}Agents that watch it get nothing from it any more.</p>
        </Dialog>
      ) : null}
    </>
  );
}

function NewQueue({ onClose }: { onClose: () => void }) {
  const go = useGo();
  const [name, setName] = useState("");
  const create = useChange(() => call("queues.create", { name: name.trim() }), { of: ["queues"], done: `${name.trim()} is there`, after: ({ id }) => { onClose(); go(to.queue(id)); } });
  return (
    <Dialog title="New queue" confirm="Create" busy={create.isPending} disabled={name.trim().length < 3} onClose={onClose} onConfirm={() => create.mutate()}>
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} error={name && name.trim().length < 3 ? "At least three characters" : null} />
    </Dialog>
  );
}

function Rename({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const [name, setName] = useState(queue.name);
  const save = useChange(() => call("queues.update", { queue: queue.id, name: name.trim() } as never), { of: ["queues"], done: "Renamed", after: onClose });
  return (
    <Dialog title={`Rename ${shownQueueName(queue)}`} confirm="Rename" busy={save.isPending} disabled={name.trim().length < 3 || name.trim() === queue.name} onClose={onClose} onConfirm={() => save.mutate()}>
      <TextField label="Name" autoFocus value={name} onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} hint="Agents watch a queue by its name: those that are started anew have to be told the new one." />
    </Dialog>
  );
}

