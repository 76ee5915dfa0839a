// What can be done with tasks, and when. One list serves the table's menu and the page of one task.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "../../api";
import { Dialog, Menu, type MenuItem } from "../../design/parts";
import { toast } from "../../design/toast";
import type { Queue, Task, TaskStatus } from "../../types";

const MAY_ENQUEUE: TaskStatus[] = ["created", "stopped", "failed", "completed"];
const MAY_RESET: TaskStatus[] = ["stopped", "failed", "completed", "closed"];
const MAY_PUBLISH: TaskStatus[] = ["stopped", "completed", "closed"];

/** The names of the actions that a task of this status takes. Pure. */
export function actionsOf(status: TaskStatus): string[] {
  const names: string[] = [];
  if (MAY_ENQUEUE.includes(status)) names.push("Enqueue");
  if (status === "queued") names.push("Dequeue");
  if (status === "in_progress") names.push("Abort");
  names.push("Clone");
  if (MAY_RESET.includes(status)) names.push("Reset");
  if (MAY_PUBLISH.includes(status)) names.push("Publish");
  names.push("Archive", "Delete");
  return names;
}

type Asked = "Enqueue" | "Clone" | "Delete" | "Reset" | "Publish" | "Abort";

export function TaskMenu({ task, label }: { task: Task; label?: string }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [, go] = useLocation();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ action, body }: { action: string; body?: object; done: string }) =>
      call(action, { task: task.id, ...body }),
    onSuccess: (_, { done }) => {
      toast(done);
      setAsked(null);
      return client.invalidateQueries();
    },
    onError: (error) => toast(error.message, true),
  });
  const direct: Record<string, () => void> = {
    Dequeue: () => change.mutate({ action: "tasks.dequeue", done: `${task.name} left its queue` }),
    Archive: () => change.mutate({ action: "tasks.archive_many", body: { ids: [task.id], task: undefined }, done: `${task.name} is archived` }),
  };
  const items: MenuItem[] = actionsOf(task.status).map((name) => ({
    label: name,
    isDangerous: name === "Delete",
    run: direct[name] ?? (() => setAsked(name as Asked)),
  }));
  const close = () => setAsked(null);
  return (
    <>
      <Menu label={label ?? "⋯"} title={`Actions for ${task.name}`} items={items} />
      {asked === "Enqueue" ? <EnqueueDialog task={task} onClose={close} /> : null}
      {asked === "Clone" ? <CloneDialog task={task} onClose={close} onDone={(id) => go(`/tasks/${id}`)} /> : null}
      {asked === "Delete" ? (
        <Dialog title={`Delete ${task.name}?`} confirm="Delete" isDangerous busy={change.isPending} onClose={close}
          onConfirm={() => change.mutate({ action: "tasks.delete", body: { force: task.status === "published" }, done: `${task.name} is deleted` })}>
          <p>Its log, curves, plots and the artifacts on this server go with it. This cannot be undone.</p>
        </Dialog>
      ) : null}
      {asked === "Reset" ? (
        <Dialog title={`Reset ${task.name}?`} confirm="Reset" isDangerous busy={change.isPending} onClose={close}
          onConfirm={() => change.mutate({ action: "tasks.reset", done: `${task.name} is a draft again` })}>
          <p>It becomes a draft again; its log, curves and output artifacts are removed.</p>
        </Dialog>
      ) : null}
      {asked === "Abort" ? (
        <Dialog title={`Abort ${task.name}?`} confirm="Abort" isDangerous busy={change.isPending} onClose={close}
          onConfirm={() => change.mutate({ action: "tasks.stop", body: { status_reason: "aborted in the web UI" }, done: `${task.name} is asked to stop` })}>
          <p>The script gets SIGTERM and some time to save its work; then it is killed.</p>
        </Dialog>
      ) : null}
      {asked === "Publish" ? (
        <Dialog title={`Publish ${task.name}?`} confirm="Publish" busy={change.isPending} onClose={close}
          onConfirm={() => change.mutate({ action: "tasks.publish", done: `${task.name} is published` })}>
          <p>A published task can no longer be changed or reset.</p>
        </Dialog>
      ) : null}
    </>
  );
}

export function EnqueueDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const client = useQueryClient();
  const queues = useQuery({
    queryKey: ["queues", "names"],
    queryFn: ({ signal }) => call<{ queues: Queue[] }>("queues.get_all", { only_fields: ["id", "name"] }, signal),
  });
  const [chosen, setChosen] = useState("");
  const list = queues.data?.queues ?? [];
  const queue = chosen || list.find((one) => one.name === "default")?.id || list[0]?.id || "";
  const enqueue = useMutation({
    mutationFn: () => call("tasks.enqueue", { task: task.id, queue }),
    onSuccess: () => {
      toast(`${task.name} waits in ${list.find((one) => one.id === queue)?.name ?? "the queue"}`);
      onClose();
      return client.invalidateQueries();
    },
    onError: (error) => toast(error.message, true),
  });
  return (
    <Dialog title={`Enqueue ${task.name}`} confirm="Enqueue" busy={enqueue.isPending || !queue} onClose={onClose} onConfirm={() => enqueue.mutate()}>
      <label>
        Queue
        <select value={queue} onChange={(event) => setChosen(event.target.value)}>
          {list.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
    </Dialog>
  );
}

export function CloneDialog({ task, onClose, onDone }: { task: Task; onClose: () => void; onDone: (id: string) => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(`Clone of ${task.name}`);
  const clone = useMutation({
    mutationFn: () => call<{ id: string }>("tasks.clone", { task: task.id, new_task_name: name }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries();
      onDone(id);
    },
    onError: (error) => toast(error.message, true),
  });
  return (
    <Dialog title={`Clone ${task.name}`} confirm="Clone" busy={clone.isPending || name.trim().length < 3} onClose={onClose} onConfirm={() => clone.mutate()}>
      <label>
        Name of the clone
        <input value={name} autoFocus onChange={(event) => setName(event.target.value)} />
      </label>
      <p className="dim">The clone is a draft: change its parameters, then enqueue it.</p>
    </Dialog>
  );
}
