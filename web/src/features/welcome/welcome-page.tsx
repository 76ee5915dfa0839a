// What somebody needs who sees this server for the first time; the first task opens the way to its page by itself.
import { Check, KeyRound } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { Ago, CodeBlock } from "~/design/parts";
import { Status } from "~/design/status";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { NewKeyShown, useCreateKey, type NewKey } from "../settings/credentials";
import { AGENT, TWO_LINES } from "./snippets";
import css from "./welcome.module.css";

export function WelcomePage() {
  useCrumbs([{ label: "First steps" }]);
  const [made, setMade] = useState<NewKey | null>(null);
  const create = useCreateKey(setMade);
  const tasks = useAnswer("tasks.get_all_ex", { only_fields: ["id", "name", "status", "project.name", "created"], order_by: ["-created"], page: 0, page_size: 3 }, { every: 2_000 });
  const workers = useAnswer("workers.get_all", {}, { every: 3_000 });
  const first = tasks.data?.tasks ?? [];
  const agents = workers.data?.workers ?? [];
  const clones = useAnswer("tasks.get_all_ex", { only_fields: ["id"], status: ["completed"], "last_worker": agents.map((one) => one.id), page: 0, page_size: 1 } as never, { enabled: agents.length > 0, every: 5_000 });
  return (
    <div className="page" style={{ maxWidth: 780, margin: "0 auto" }}>
      <h1>Your first experiment</h1>
      <p className="dim">Four steps, each ticked off here when the server has seen it.</p>
      <ol className={css.steps}>
        <Step number={1} title="Get credentials" isDone={made !== null}>
          {made ? (
            <NewKeyShown made={made} />
          ) : (
            <Button kind="primary" icon={<KeyRound size={14} aria-hidden />} busy={create.isPending} onClick={() => create.mutate({ label: "first steps" })}>
              Create credentials
            </Button>
          )}
        </Step>
        <Step number={2} title="Add two lines to a script and run it" isDone={first.length > 0}>
          <CodeBlock label="the install command" text="pip install jarvis        # or: pip install clearml, and import from clearml" />
          <CodeBlock label="the two lines" text={TWO_LINES} />
          <div aria-live="polite">
            {first.length === 0 ? <p className="dim">Waiting for the first task. It appears here by itself.</p> : null}
            {first.map((task) => (
              <p key={task.id} className="row">
                <Status status={task.status} />
                <Link href={to.task(task.id)} className="link">{task.name}</Link>
                <span className="dimmer">{task.project?.name} <Ago at={task.created} /></span>
              </p>
            ))}
          </div>
        </Step>
        <Step number={3} title="Let an agent run tasks" isDone={agents.length > 0}>
          <p>On any machine, with the configuration of step 1:</p>
          <CodeBlock label="the agent's command" text={AGENT} />
          <p className="dim" aria-live="polite">
            {agents.length === 0 ? "No agent is there yet." : <>There: {agents.slice(0, 5).map((one) => one.id).join(", ")}</>}
          </p>
        </Step>
        <Step number={4} title="Clone the task, change a parameter, enqueue it" isDone={(clones.data?.tasks.length ?? 0) > 0}>
          <p>All of it is under “Actions” on the task's page, or by key: <kbd>c</kbd> clones, <kbd>e</kbd> enqueues. The agent installs what the task needs and runs it; the console and the curves follow live.</p>
          {first[0] ? <Link href={to.task(first[0].id)} className="link">Open {first[0].name}</Link> : null}
        </Step>
      </ol>
    </div>
  );
}

function Step({ number, title, isDone, children }: { number: number; title: string; isDone: boolean; children: ReactNode }) {
  return (
    <li className={css.step} {...(isDone ? { "data-done": true } : {})}>
      <span className={css.number} aria-hidden>
        {isDone ? <Check size={14} /> : number}
      </span>
      <div className="column" style={{ flex: 1 }}>
        <h2>
          {title}
          {isDone ? <span className="screen-reader"> (done)</span> : null}
        </h2>
        {children}
      </div>
    </li>
  );
}
