// What somebody needs who sees this server for the first time; the first task opens the way to its page by itself.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api";
import { CopyBlock } from "../../design/copy";
import { Status } from "../../design/parts";
import type { Task, Worker } from "../../types";
import { type NewKey, NewKeyShown, useCreateKey } from "../settings/credentials";

export const TWO_LINES = `from jarvis import Task
task = Task.init(project_name="examples", task_name="first")`;
const AGENT = `jarvis-agent daemon --queue default`;

export function Welcome() {
  const [made, setMade] = useState<NewKey | null>(null);
  const create = useCreateKey(setMade);
  const tasks = useQuery({
    queryKey: ["tasks", "first"],
    queryFn: ({ signal }) =>
      call<{ tasks: Task[] }>("tasks.get_all_ex", { only_fields: ["id", "name", "status", "project.name"], order_by: ["-created"], page: 0, page_size: 3 }, signal),
    refetchInterval: 2_000,
  });
  const workers = useQuery({
    queryKey: ["workers"],
    queryFn: ({ signal }) => call<{ workers: Worker[] }>("workers.get_all", {}, signal),
    refetchInterval: 3_000,
  });
  const first = tasks.data?.tasks ?? [];
  const agents = workers.data?.workers ?? [];
  return (
    <section className="welcome">
      <h1>Your first experiment</h1>
      <ol>
        <Step title="Get credentials" isDone={made !== null}>
          {made ? (
            <NewKeyShown made={made} />
          ) : (
            <button className="primary" disabled={create.isPending} onClick={() => create.mutate("first steps")}>
              Create credentials
            </button>
          )}
        </Step>
        <Step title="Add two lines to a script and run it" isDone={first.length > 0}>
          <CopyBlock label="the two lines" text={TWO_LINES} />
          <div aria-live="polite">
            {first.length === 0 ? <p className="dim">Waiting for the first task. It appears here by itself.</p> : null}
            {first.map((task) => (
              <p key={task.id} className="row">
                <Status value={task.status} /> <Link href={`/tasks/${task.id}`} className="link">{task.name}</Link>
                <span className="dim">{task.project?.name}</span>
              </p>
            ))}
          </div>
        </Step>
        <Step title="Let an agent run tasks" isDone={agents.length > 0}>
          <p>On any machine with the configuration of step 1:</p>
          <CopyBlock label="the agent's command" text={AGENT} />
          <p className="dim">{agents.length === 0 ? "No agent is there yet." : agents.map((one) => one.id).join(", ")}</p>
        </Step>
        <Step title="Clone the task, change a parameter, enqueue it" isDone={false}>
          <p>All of it is under “Actions” on the task's page. The agent installs what the task needs and runs it; the console and the curves follow live.</p>
        </Step>
      </ol>
    </section>
  );
}

function Step({ title, isDone, children }: { title: string; isDone: boolean; children: React.ReactNode }) {
  return (
    <li className={isDone ? "panel done" : "panel"}>
      <h2>
        {title}
        {isDone ? <span className="tick"> ✓ done</span> : null}
      </h2>
      {children}
    </li>
  );
}
