// All tasks.
import { Rocket } from "lucide-react";
import { CodeBlock, Empty } from "~/design/parts";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { TaskList, type TaskScope } from "./list/task-list";
import { TWO_LINES } from "../welcome/snippets";

const SCOPE: TaskScope = { project: null, table: "tasks" };

export function TasksPage() {
  useCrumbs([{ label: "Tasks" }]);
  return (
    <>
      <h1 className="screen-reader">Tasks</h1>
      <TaskList scope={SCOPE} empty={<FirstTask />} />
    </>
  );
}

export function FirstTask() {
  return (
    <Empty title="No task yet. Add two lines to a script and run it" icon={<Rocket size={26} strokeWidth={1.5} aria-hidden />}>
      <div style={{ width: "100%", textAlign: "left" }}>
        <CodeBlock label="the two lines" text={TWO_LINES} />
      </div>
      <p>
        It appears here as soon as it runs.{" "}
        <Link href={to.welcome()} className="link">
          First steps
        </Link>{" "}
        has credentials, the agent's command and what comes after.
      </p>
    </Empty>
  );
}
