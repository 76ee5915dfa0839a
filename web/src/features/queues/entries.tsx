// What waits in a queue, in its order. Moved with the mouse, or with Alt and the arrows; several at once when they are chosen.
import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, Check as CheckIcon, GripVertical, ListX, MoreHorizontal, Shuffle } from "lucide-react";
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { call } from "~/api/client";
import type { Queue, QueueEntry } from "~/api/documents";
import { forget } from "~/api/queries";
import { Button, IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { Check } from "~/design/field";
import { Menu, MenuAt, type MenuEntry, type Point } from "~/design/menu";
import { Ago, Empty } from "~/design/parts";
import { toast } from "~/design/toast";
import { plural } from "~/format";
import { useCommands } from "~/keys/commands";
import { shownKeys } from "~/keys/combo";
import { listed } from "~/keys/list";
import { to } from "~/routes";
import { Link, useGo } from "~/shell/link";
import { QueueField, type QueueChoice } from "../tasks/actions/queue-choice";
import { runMany } from "../tasks/actions/many";
import { reordered, shifted, stepsBetween } from "./order";
import css from "./queues.module.css";

const ICON = { size: 14, "aria-hidden": true } as const;
const MOVES = { front: "queues.move_task_to_front", back: "queues.move_task_to_back", forward: "queues.move_task_forward", backward: "queues.move_task_backward" } as const;

export function Entries({ queue }: { queue: Queue; queues: readonly Queue[] }) {
  const client = useQueryClient();
  const go = useGo();
  const stored = queue.entries ?? [];
  // What was moved stands there at once; the server's order replaces it when it is known.
  const [ahead, setAhead] = useState<string[] | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<string | null>(null);
  const [drop, setDrop] = useState<{ id: string; side: "before" | "after" } | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [menuAt, setMenuAt] = useState<{ point: Point; id: string } | null>(null);
  const [isMoveAsked, setMoveAsked] = useState<ReadonlySet<string> | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const busy = useRef(false);
  const byId = new Map(stored.map((entry) => [entry.task.id, entry]));
  const order = (ahead ?? stored.map((entry) => entry.task.id)).filter((id) => byId.has(id));
  const entries = [...order, ...stored.map((entry) => entry.task.id).filter((id) => !order.includes(id))].map((id) => byId.get(id)).filter((entry): entry is QueueEntry => entry !== undefined);
  const ids = entries.map((entry) => entry.task.id);
  useEffect(() => {
    if (!busy.current) setAhead(null);
  }, [queue.entries]);
  useEffect(() => {
    setChosen((before) => new Set([...before].filter((id) => stored.some((entry) => entry.task.id === id))));
  }, [queue.entries]);

  const meant = (id: string | null): ReadonlySet<string> => (chosen.size > 0 && (id === null || chosen.has(id)) ? chosen : new Set(id ? [id] : []));
  const apply = async (target: string[]) => {
    const steps = stepsBetween(ids, target);
    if (steps.length === 0) return;
    setAhead(target);
    busy.current = true;
    try {
      for (const step of steps)
        await call(MOVES[step.kind], { queue: queue.id, task: step.task, ...(step.kind === "forward" || step.kind === "backward" ? { count: step.count } : {}) } as never);
    } catch (problem) {
      setAhead(null);
      toast(`The order stays: ${(problem as Error).message}`, { isError: true });
    } finally {
      busy.current = false;
      await forget(client, "queues");
      setAhead(null);
    }
  };
  const move = (id: string | null, where: "up" | "down" | "top" | "bottom") => {
    const which = meant(id);
    if (which.size === 0) return;
    void apply(where === "up" ? shifted(ids, which, -1) : where === "down" ? shifted(ids, which, 1) : reordered(ids, which, where === "top" ? 0 : ids.length));
  };
  const takeOut = async (which: ReadonlySet<string>) => {
    const result = await runMany("tasks.dequeue_many", [...which], {}, () => undefined).catch((problem: Error) => problem);
    if (result instanceof Error) return toast(result.message, { isError: true });
    toast(`${plural(result.done, "task")} left the queue`);
    const failed = result.failed[0];
    if (failed) toast(`Refused: ${failed.reason}`, { isError: true });
    await forget(client, "queues", "tasks");
  };
  const choose = (id: string, isOn = !chosen.has(id)) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const step = (by: number, extend = false) => {
    const index = Math.max(0, Math.min(ids.length - 1, (at === null ? -1 : ids.indexOf(at)) + by));
    const id = ids[index];
    if (!id) return;
    if (extend) setChosen(new Set([...chosen, ...(at ? [at] : []), id]));
    setAt(id);
    box.current?.querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current || event.altKey) return;
    switch (event.key) {
      case "ArrowDown": step(1, event.shiftKey); break;
      case "ArrowUp": step(-1, event.shiftKey); break;
      case "Home": step(-ids.length); break;
      case "End": step(ids.length); break;
      case "Delete": if (at) void takeOut(meant(at)); break;
      case "Escape": if (!chosen.size) return; setChosen(new Set()); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const focusAnd = (run: () => void) => () => {
    box.current?.focus({ preventScroll: true });
    run();
  };
  useCommands([
    { ...listed("row:down"), isKeyOnly: true, run: focusAnd(() => step(1)) },
    { ...listed("row:up"), isKeyOnly: true, run: focusAnd(() => step(-1)) },
    { ...listed("row:select"), isKeyOnly: true, run: () => at && choose(at) },
    { ...listed("row:open"), isKeyOnly: true, run: () => at && go(to.task(at)) },
    { ...listed("queue:up"), icon: <ArrowUp {...ICON} />, run: () => move(at, "up") },
    { ...listed("queue:down"), icon: <ArrowDown {...ICON} />, run: () => move(at, "down") },
    { ...listed("queue:top"), icon: <ArrowUpToLine {...ICON} />, run: () => move(at, "top") },
    { ...listed("queue:bottom"), icon: <ArrowDownToLine {...ICON} />, run: () => move(at, "bottom") },
    { ...listed("task:dequeue"), run: () => void takeOut(meant(at)) },
    { ...listed("task:move"), label: "Move to another queue", run: () => meant(at).size && setMoveAsked(meant(at)) },
  ]);
  const menu = (id: string): MenuEntry[] => {
    const which = meant(id);
    const many = which.size > 1 ? ` ${which.size}` : "";
    return [
      { label: `Move${many} up`, icon: <ArrowUp {...ICON} />, keys: shownKeys(listed("queue:up").keys), run: () => move(id, "up") },
      { label: `Move${many} down`, icon: <ArrowDown {...ICON} />, keys: shownKeys(listed("queue:down").keys), run: () => move(id, "down") },
      { label: "To the top", icon: <ArrowUpToLine {...ICON} />, keys: shownKeys(listed("queue:top").keys), run: () => move(id, "top") },
      { label: "To the bottom", icon: <ArrowDownToLine {...ICON} />, keys: shownKeys(listed("queue:bottom").keys), run: () => move(id, "bottom") },
      "divider",
      { label: "To another queue…", icon: <Shuffle {...ICON} />, run: () => setMoveAsked(which) },
      { label: which.size > 1 ? `Dequeue ${which.size} tasks` : "Dequeue", icon: <ListX {...ICON} />, isDangerous: true, run: () => void takeOut(which) },
    ];
  };
  if (entries.length === 0) return <Empty title="Nothing waits" icon={<CheckIcon size={24} strokeWidth={1.5} aria-hidden />} />;
  return (
    <section aria-label="Tasks in this queue">
      <div className="row" style={{ minHeight: 32 }}>
        <Check isBare label="Choose all" checked={chosen.size === ids.length} isPartly={chosen.size > 0 && chosen.size < ids.length} onChange={(isOn) => setChosen(new Set(isOn ? ids : []))} />
        <span className="dim">{chosen.size ? `${chosen.size} of ${ids.length} chosen` : plural(ids.length, "task")}</span>
        <span className="grow" />
        {chosen.size > 0 ? (
          <>
            <Button isSmall icon={<ArrowUpToLine {...ICON} />} onClick={() => move(null, "top")}>Top</Button>
            <Button isSmall icon={<ArrowDownToLine {...ICON} />} onClick={() => move(null, "bottom")}>Bottom</Button>
            <Button isSmall icon={<Shuffle {...ICON} />} onClick={() => setMoveAsked(chosen)}>Other queue…</Button>
            <Button isSmall isDangerous icon={<ListX {...ICON} />} onClick={() => void takeOut(chosen)}>Dequeue {chosen.size}</Button>
          </>
        ) : null}
      </div>
      <div ref={box} className={css.entries} role="grid" aria-multiselectable aria-rowcount={entries.length} aria-label="Order of the queue" tabIndex={0} aria-activedescendant={at ? `entry-${at}` : undefined} onKeyDown={onKeyDown} onFocus={(event) => { if (event.target === box.current && at === null) setAt(ids[0] ?? null); }}>
        {entries.map((entry, index) => {
          const id = entry.task.id;
          return (
            <div
              key={id}
              id={`entry-${id}`}
              data-id={id}
              role="row"
              aria-selected={chosen.has(id)}
              aria-rowindex={index + 1}
              className={css.entry}
              {...(at === id ? { "data-at": true } : {})}
              {...(drop?.id === id ? { "data-drop": drop.side } : {})}
              {...(dragged !== null && meant(dragged).has(id) ? { "data-dragged": true } : {})}
              draggable
              onClick={(event) => {
                if ((event.target as HTMLElement).closest("a, button, input, label")) return;
                setAt(id);
                if (event.shiftKey || event.metaKey || event.ctrlKey) choose(id);
              }}
              onContextMenu={(event) => {
                event.preventDefault();
                setAt(id);
                setMenuAt({ point: { x: event.clientX, y: event.clientY }, id });
              }}
              onDragStart={(event: DragEvent) => {
                event.dataTransfer.setData("text/jarvis-entry", id);
                event.dataTransfer.effectAllowed = "move";
                setDragged(id);
              }}
              onDragEnd={() => {
                setDragged(null);
                setDrop(null);
              }}
              onDragOver={(event: DragEvent<HTMLDivElement>) => {
                if (dragged === null) return;
                event.preventDefault();
                const rect = event.currentTarget.getBoundingClientRect();
                setDrop({ id, side: event.clientY < rect.top + rect.height / 2 ? "before" : "after" });
              }}
              onDrop={(event: DragEvent) => {
                event.preventDefault();
                if (dragged !== null && drop) void apply(reordered(ids, meant(dragged), index + (drop.side === "after" ? 1 : 0)));
                setDragged(null);
                setDrop(null);
              }}
            >
              <div role="gridcell" style={{ display: "contents" }}>
              <span className={css.grip} aria-hidden>
                <GripVertical size={13} />
              </span>
              <Check isBare label={`Choose ${entry.task.name ?? id}`} checked={chosen.has(id)} tabIndex={-1} onChange={(isOn) => choose(id, isOn)} />
              <span className={css.place}>{index + 1}</span>
              <Link href={to.task(id)} className={css.name} tabIndex={-1}>
                {entry.task.name ?? id}
              </Link>
              <span className="dimmer">
                <Ago at={entry.added} />
              </span>
              <Menu label={`Actions for ${entry.task.name ?? id}`} position="bottom-end" items={() => menu(id)}>
                <IconButton label={`Actions for ${entry.task.name ?? id}`} isSmall>
                  <MoreHorizontal size={14} aria-hidden />
                </IconButton>
              </Menu>
              </div>
            </div>
          );
        })}
      </div>
      {menuAt ? <MenuAt at={menuAt.point} items={menu(menuAt.id)} label="Actions" onClose={() => setMenuAt(null)} /> : null}
      {isMoveAsked ? <MoveDialog from={queue} ids={[...isMoveAsked]} name={byId.get([...isMoveAsked][0] ?? "")?.task.name} onClose={() => setMoveAsked(null)} /> : null}
    </section>
  );
}

function MoveDialog({ from, ids, name, onClose }: { from: Queue; ids: readonly string[]; name: string | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const [queue, setQueue] = useState<QueueChoice | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    if (!queue) return;
    setBusy(true);
    let moved = 0;
    try {
      const target = queue.isNew ? (await call("queues.create", { name: queue.name })).id : queue.id;
      // Each moves in one step, and keeps the time since when it waits.
      for (const task of ids) {
        await call("queues.move_task_to_queue", { queue: from.id, task, target_queue: target });
        moved += 1;
      }
      onClose();
    } catch (problem) {
      toast((problem as Error).message, { isError: true });
    } finally {
      if (moved > 0) toast(`${ids.length === 1 ? (name ?? "The task") : plural(moved, "task")} moved to ${queue.name}`);
      setBusy(false);
      await forget(client, "queues", "tasks");
    }
  };
  return (
    <Dialog title={`Move ${ids.length === 1 ? (name ?? "the task") : plural(ids.length, "task")} to another queue`} confirm="Move" busy={isBusy} disabled={!queue || queue.id === from.id} onClose={onClose} onConfirm={() => void run()}>
      <QueueField value={queue} onChange={setQueue} />
    </Dialog>
  );
}
