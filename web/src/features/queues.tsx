// Queues and what waits in them: order, move, remove.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../api";
import { Dialog, Empty, Loading, Menu, Problem } from "../design/parts";
import { toast } from "../design/toast";
import { ago } from "../format";
import type { Queue, Worker } from "../types";

export function Queues() {
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [name, setName] = useState("");
  const queues = useQuery({
    queryKey: ["queues"],
    queryFn: ({ signal }) => call<{ queues: Queue[] }>("queues.get_all_ex", {}, signal),
    refetchInterval: 3_000,
  });
  const workers = useQuery({
    queryKey: ["workers"],
    queryFn: ({ signal }) => call<{ workers: Worker[] }>("workers.get_all", {}, signal),
    refetchInterval: 5_000,
  });
  const change = useMutation({
    mutationFn: ({ action, body }: { action: string; body: object; done?: string }) => call(action, body),
    onSuccess: (_, { done }) => {
      if (done) toast(done);
      setAsked(false);
      return client.invalidateQueries();
    },
    onError: (error) => toast(error.message, true),
  });
  const watching = (queue: string) => (workers.data?.workers ?? []).filter((one) => one.queues?.some((each) => each.id === queue)).length;
  return (
    <section>
      <div className="row">
        <h1>Queues</h1>
        <span className="grow" />
        <button className="primary" onClick={() => setAsked(true)}>
          New queue
        </button>
      </div>
      {queues.isPending ? <Loading /> : null}
      {queues.isError ? <Problem error={queues.error} retry={() => void queues.refetch()} /> : null}
      {queues.data?.queues.map((queue) => {
        const count = watching(queue.id);
        const entries = queue.entries ?? [];
        return (
          <section key={queue.id} className="panel">
            <div className="row">
              <h2>{queue.name}</h2>
              <span className="dim">
                {entries.length} waiting · {count === 0 ? "no worker watches it" : `${count} ${count === 1 ? "worker" : "workers"}`}
              </span>
              <span className="grow" />
              <Menu
                label="⋯"
                title={`Actions for ${queue.name}`}
                items={[
                  { label: "Clear", disabled: entries.length === 0, run: () => change.mutate({ action: "queues.clear_queue", body: { queue: queue.id }, done: `${queue.name} is empty` }) },
                  { label: "Delete", isDangerous: true, run: () => change.mutate({ action: "queues.delete", body: { queue: queue.id }, done: `${queue.name} is deleted` }) },
                ]}
              />
            </div>
            {entries.length > 0 && count === 0 ? (
              <div className="note">
                <span>
                  These tasks wait for an agent: <code>jarvis-agent daemon --queue {queue.name}</code>
                </span>
              </div>
            ) : null}
            {entries.length === 0 ? (
              <Empty title="Nothing waits." />
            ) : (
              <table>
                <tbody>
                  {entries.map((entry, index) => {
                    const body = { queue: queue.id, task: entry.task.id };
                    return (
                      <tr key={entry.task.id}>
                        <td className="dim right">{index + 1}</td>
                        <td className="name">
                          <Link href={`/tasks/${entry.task.id}`}>{entry.task.name ?? entry.task.id}</Link>
                        </td>
                        <td className="dim">{ago(entry.added)}</td>
                        <td className="right">
                          <Menu
                            label="⋯"
                            title={`Actions for ${entry.task.name ?? entry.task.id}`}
                            items={[
                              { label: "To the top", disabled: index === 0, run: () => change.mutate({ action: "queues.move_task_to_front", body }) },
                              { label: "Up", disabled: index === 0, run: () => change.mutate({ action: "queues.move_task_forward", body }) },
                              { label: "Down", disabled: index === entries.length - 1, run: () => change.mutate({ action: "queues.move_task_backward", body }) },
                              { label: "To the bottom", disabled: index === entries.length - 1, run: () => change.mutate({ action: "queues.move_task_to_back", body }) },
                              { label: "Remove", isDangerous: true, run: () => change.mutate({ action: "tasks.dequeue", body: { task: entry.task.id } }) },
                            ]}
                          />
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            )}
          </section>
        );
      })}
      {isAsked ? (
        <Dialog title="New queue" confirm="Create" busy={change.isPending || name.trim().length < 3} onClose={() => setAsked(false)}
          onConfirm={() => change.mutate({ action: "queues.create", body: { name: name.trim() }, done: `${name.trim()} is there` })}>
          <label>
            Name
            <input autoFocus value={name} onChange={(event) => setName(event.target.value)} />
          </label>
        </Dialog>
      ) : null}
    </section>
  );
}

export function Workers() {
  const workers = useQuery({
    queryKey: ["workers"],
    queryFn: ({ signal }) => call<{ workers: Worker[] }>("workers.get_all", {}, signal),
    refetchInterval: 3_000,
  });
  const list = workers.data?.workers ?? [];
  return (
    <section>
      <h1>Workers</h1>
      {workers.isPending ? <Loading /> : null}
      {workers.isError ? <Problem error={workers.error} retry={() => void workers.refetch()} /> : null}
      {workers.isSuccess && list.length === 0 ? (
        <Empty title="No worker is there. On any machine that should run tasks:">
          <pre>{`jarvis-agent init
jarvis-agent daemon --queue default`}</pre>
        </Empty>
      ) : null}
      {list.length > 0 ? (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>Worker</th>
                <th>Task</th>
                <th>Queues</th>
                <th>Address</th>
                <th>Last heard of</th>
              </tr>
            </thead>
            <tbody>
              {list.map((worker) => (
                <tr key={worker.id}>
                  <td className="name">{worker.id}</td>
                  <td>{worker.task ? <Link href={`/tasks/${worker.task.id}`}>{worker.task.name ?? worker.task.id}</Link> : <span className="dim">idle</span>}</td>
                  <td className="dim">{worker.queues?.map((queue) => queue.name ?? queue.id).join(", ")}</td>
                  <td className="dim">{worker.ip}</td>
                  <td className="dim">{ago(worker.last_activity_time)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
