// Everything that can be done with tasks, from wherever: the menu of a row, the bar under a selection, a task's page, keys.
import {
  Archive, ArchiveRestore, Ban, ChartLine, Copy, CopyPlus, Download, ExternalLink, FolderInput, Layers, Link2, ListPlus, ListX, Palette, RotateCcw, Send, Server, Tags, Trash2, Undo2, CircleStop,
} from "lucide-react";
import { useState, type ReactNode } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { forget, useChange } from "~/api/queries";
import { useQueryClient } from "@tanstack/react-query";
import { later, nothing } from "~/design/later";
import { copyText } from "~/design/button";
import type { MenuEntry, MenuItem } from "~/design/menu";
import { toast } from "~/design/toast";
import { plural } from "~/format";
import { useCommands, type Command } from "~/keys/commands";
import { shownKeys } from "~/keys/combo";
import { listed } from "~/keys/list";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import { CloneDialog } from "./clone-dialog";
import { eligible, isArchived, type TaskAction } from "./eligibility";
import { EnqueueDialog } from "./enqueue-dialog";
import { runMany } from "./many";
import { queueOf } from "./queue-choice";

// Not every reader of a table wants these: they come when they are asked for.
const ColourDialog = later(() => import("./colour-dialog").then((module) => module.ColourDialog), nothing);
const ManyDialog = later(() => import("./many-dialog").then((module) => module.ManyDialog), nothing);
const MoveDialog = later(() => import("./move-dialog").then((module) => module.MoveDialog), nothing);
const TagsDialog = later(() => import("./tags-dialog").then((module) => module.TagsDialog), nothing);

type Ask = TaskAction | "colour";

const ICON = { size: 14, strokeWidth: 1.9, "aria-hidden": true } as const;
const WORDS: Record<TaskAction, { label: string; icon: ReactNode; key?: string; isDangerous?: boolean }> = {
  enqueue: { label: "Enqueue…", icon: <ListPlus {...ICON} />, key: "task:enqueue" },
  retry: { label: "Retry…", icon: <RotateCcw {...ICON} />, key: "task:enqueue" },
  dequeue: { label: "Dequeue", icon: <ListX {...ICON} />, key: "task:dequeue" },
  stop: { label: "Abort…", icon: <CircleStop {...ICON} />, key: "task:stop" },
  stop_children: { label: "Abort all children…", icon: <Ban {...ICON} /> },
  reset: { label: "Reset…", icon: <Undo2 {...ICON} />, key: "task:reset" },
  publish: { label: "Publish…", icon: <Send {...ICON} />, key: "task:publish" },
  clone: { label: "Clone…", icon: <CopyPlus {...ICON} />, key: "task:clone" },
  move: { label: "Move to a project…", icon: <FolderInput {...ICON} />, key: "task:move" },
  tags: { label: "Tags…", icon: <Tags {...ICON} />, key: "task:tags" },
  archive: { label: "Archive", icon: <Archive {...ICON} />, key: "task:archive" },
  restore: { label: "Restore", icon: <ArchiveRestore {...ICON} />, key: "task:archive" },
  delete: { label: "Delete…", icon: <Trash2 {...ICON} />, isDangerous: true },
};

export interface TaskActions {
  menu: (tasks: readonly Task[]) => MenuEntry[];
  ask: (action: Ask, tasks: readonly Task[]) => void;
  /** The open dialog, to be drawn by whoever uses the actions. */
  element: ReactNode;
}

/** The actions that make sense for these tasks as a whole, each with how many of them it is possible for. */
export function offered(tasks: readonly Task[]): { action: TaskAction; able: number; reason: string | null }[] {
  const single = tasks.length === 1;
  const order: TaskAction[] = ["enqueue", "retry", "dequeue", "stop", "stop_children", "clone", "reset", "publish", "tags", "move", "archive", "restore", "delete"];
  return order.flatMap((action) => {
    if (action === "clone" && !single) return [];
    const { able, reasons } = eligible(action, tasks);
    // What can never be is left out; what cannot be now stays, and says why.
    if (able.length === 0 && (action === "retry" || action === "restore" || action === "stop_children" || action === "dequeue")) return [];
    if (able.length === 0 && action === "archive") return [];
    return [{ action, able: able.length, reason: able.length === 0 ? ([...reasons.keys()][0] ?? null) : null }];
  });
}

export function useTaskActions({ onGone, at }: { onGone?: () => void; at?: readonly Task[] } = {}): TaskActions {
  const client = useQueryClient();
  const go = useGo();
  const [asked, setAsked] = useState<{ action: Ask; tasks: readonly Task[] } | null>(null);
  const close = () => setAsked(null);

  const direct = useChange(
    async ({ action, tasks }: { action: "dequeue" | "archive" | "restore"; tasks: readonly Task[] }) => {
      const endpoint = { dequeue: "tasks.dequeue_many", archive: "tasks.archive_many", restore: "tasks.unarchive_many" } as const;
      const able = eligible(action, tasks).able;
      return { action, able, outcome: await runMany(endpoint[action], able.map((task) => task.id), {}, () => undefined) };
    },
    {
      of: ["tasks", "queues", "workers", "projects"],
      after: ({ action, able, outcome }) => {
        const what = able.length === 1 ? (able[0]?.name ?? "") : plural(outcome.done, "task");
        const verb = { dequeue: able.length === 1 ? "left its queue" : "left their queues", archive: able.length === 1 ? "is archived" : "are archived", restore: able.length === 1 ? "is restored" : "are restored" }[action];
        const failed = outcome.failed[0];
        if (failed) toast(`${plural(outcome.failed.length, "task")} refused: ${failed.reason}`, { isError: true });
        if (outcome.done === 0) return;
        const back = { archive: "restore", restore: "archive", dequeue: null }[action] as "restore" | "archive" | null;
        const changed = able.map((task) => ({ ...task, system_tags: action === "archive" ? [...(task.system_tags ?? []), "archived"] : (task.system_tags ?? []).filter((tag) => tag !== "archived") }));
        toast(`${what} ${verb}`, back ? { undo: () => direct.mutate({ action: back, tasks: changed }) } : {});
        if (action === "archive") onGone?.();
      },
    },
  );

  const ask = (action: Ask, tasks: readonly Task[]) => {
    if (tasks.length === 0) return;
    if (action !== "colour") {
      const { able, reasons } = eligible(action, tasks);
      if (able.length === 0) {
        toast(`${tasks.length === 1 ? tasks[0]?.name : "None of them"}: ${[...reasons.keys()][0] ?? "not possible"}`, { isError: true });
        return;
      }
    }
    if (action === "dequeue" || action === "archive" || action === "restore") direct.mutate({ action, tasks });
    else setAsked({ action, tasks });
  };

  const exportJson = async (tasks: readonly Task[]) => {
    const { tasks: whole } = await call("tasks.get_by_id_ex", { id: tasks.map((task) => task.id) });
    const url = URL.createObjectURL(new Blob([JSON.stringify(whole.length === 1 ? whole[0] : whole, null, 2)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = whole.length === 1 ? `${(whole[0]?.name ?? "task").replace(/[^\w.-]+/g, "_")}.json` : "tasks.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };

  const menu = (tasks: readonly Task[]): MenuEntry[] => {
    const one = tasks.length === 1 ? tasks[0] : undefined;
    const action = (name: TaskAction): MenuItem | null => {
      const entry = offered(tasks).find((each) => each.action === name);
      if (!entry) return null;
      const word = WORDS[name];
      return {
        id: name, label: word.label, icon: word.icon, ...(word.key ? { keys: shownKeys(listed(word.key).keys) } : {}), isDangerous: word.isDangerous ?? false,
        disabled: entry.reason ?? undefined, count: tasks.length > 1 ? entry.able : undefined, run: () => ask(name, tasks),
      };
    };
    const group = (...items: (MenuItem | null | false | undefined)[]) => items.filter((item): item is MenuItem => Boolean(item));
    const groups: MenuItem[][] = [
      one ? group({ label: "Open", icon: <ExternalLink {...ICON} />, keys: shownKeys("Enter"), run: () => go(to.task(one.id)) }, { label: "Open in a new tab", run: () => void window.open(to.task(one.id), "_blank", "noreferrer") }) : [],
      group(action("clone"), action("enqueue"), action("retry"), action("dequeue"), action("stop"), action("stop_children"), action("reset"), action("publish")),
      group(
        { label: tasks.length > 1 ? "Compare" : "Compare with…", icon: <ChartLine {...ICON} />, keys: shownKeys(listed("task:compare").keys), run: () => go(to.compare(tasks.map((task) => task.id))) },
        action("tags"), action("move"), one && { label: "Colour…", icon: <Palette {...ICON} />, run: () => ask("colour", tasks) },
      ),
      group(
        one && one.status === "queued" && { label: "Show its queue", icon: <Layers {...ICON} />, run: () => void showQueue(one) },
        one && one.status === "in_progress" && Boolean(one.last_worker) && { label: "Show its worker", icon: <Server {...ICON} />, run: () => go(to.worker(one.last_worker ?? "")) },
        one && { label: "Copy the link", icon: <Link2 {...ICON} />, keys: shownKeys(listed("task:link").keys), run: () => copyLink(one) },
        { label: one ? "Copy the id" : "Copy the ids", icon: <Copy {...ICON} />, run: () => void copyText(tasks.map((task) => task.id).join("\n")).then(() => toast(one ? "The id is copied" : "The ids are copied")) },
        { label: "Save as JSON", icon: <Download {...ICON} />, run: () => void exportJson(tasks).catch((error: Error) => toast(error.message, { isError: true })) },
      ),
      group(action("archive"), action("restore"), action("delete")),
    ];
    return groups.filter((items) => items.length > 0).flatMap((items, index) => (index === 0 ? items : ["divider" as const, ...items]));
  };

  const showQueue = async (task: Task) => {
    const { tasks } = await call("tasks.get_by_id_ex", { id: [task.id] });
    const queue = tasks[0] && queueOf(tasks[0]);
    go(queue ? to.queue(queue) : to.queues());
  };

  const keyed = at ?? [];
  const command = (id: string, run: () => void): Command => ({ ...listed(id), icon: null, run });
  useCommands(
    keyed.length === 0 ? [] : [
      command("task:clone", () => keyed.length === 1 ? ask("clone", keyed) : toast("One task is cloned at a time", { isError: true })),
      command("task:enqueue", () => ask(keyed.some((task) => task.status === "failed") && !eligible("enqueue", keyed).able.length ? "retry" : "enqueue", keyed)),
      command("task:dequeue", () => ask("dequeue", keyed)),
      command("task:stop", () => ask("stop", keyed)),
      command("task:reset", () => ask("reset", keyed)),
      command("task:publish", () => ask("publish", keyed)),
      command("task:archive", () => ask(keyed.every(isArchived) ? "restore" : "archive", keyed)),
      command("task:tags", () => ask("tags", keyed)),
      command("task:move", () => ask("move", keyed)),
      command("task:compare", () => go(to.compare(keyed.map((task) => task.id)))),
      command("task:link", () => keyed[0] && copyLink(keyed[0])),
      { id: "task:delete", label: "Delete", group: "Tasks", icon: null, run: () => ask("delete", keyed) },
      { id: "task:colour", label: "Colour of the task", group: "Tasks", icon: null, run: () => ask("colour", keyed.slice(0, 1)) },
      { id: "task:json", label: "Save as JSON", group: "Tasks", icon: null, run: () => void exportJson(keyed) },
    ],
  );

  return { menu, ask, element: asked ? <Asked action={asked.action} tasks={asked.tasks} onClose={close} onGone={() => { void forget(client, "tasks"); onGone?.(); }} /> : null };
}

function copyLink(task: Pick<Task, "id">): void {
  void copyText(location.origin + to.task(task.id)).then(() => toast("The link is copied"));
}

function Asked({ action, tasks, onClose, onGone }: { action: Ask; tasks: readonly Task[]; onClose: () => void; onGone: () => void }) {
  const first = tasks[0];
  if (!first) return null;
  switch (action) {
    case "enqueue":
    case "retry":
      return <EnqueueDialog tasks={tasks} action={action} onClose={onClose} />;
    case "clone":
      return <CloneDialog task={first} onClose={onClose} />;
    case "move":
      return <MoveDialog tasks={tasks} onClose={onClose} />;
    case "tags":
      return <TagsDialog tasks={tasks} onClose={onClose} />;
    case "colour":
      return <ColourDialog task={first} onClose={onClose} />;
    case "stop":
    case "stop_children":
    case "reset":
    case "publish":
    case "delete":
      return <ManyDialog action={action} tasks={tasks} onClose={onClose} onGone={onGone} />;
    case "dequeue":
    case "archive":
    case "restore":
      return null;
  }
}
