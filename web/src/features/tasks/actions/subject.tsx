// What an action is about: one task by its name, or how many of the chosen ones it is possible for.
import type { Task } from "~/api/documents";
import { Notice } from "~/design/parts";
import { plural } from "~/format";
import type { Eligible } from "./eligibility";
import css from "./actions.module.css";

export function subject(tasks: readonly Pick<Task, "name">[]): string {
  return tasks.length === 1 ? (tasks[0]?.name ?? "") : plural(tasks.length, "task");
}

/** Which of the chosen ones stay as they are, and why. */
export function LeftOut({ eligible, of }: { eligible: Eligible<Pick<Task, "name">>; of: number }) {
  if (eligible.reasons.size === 0) return null;
  return (
    <Notice kind="warn">
      {eligible.able.length} of {of} qualify. Left as they are:{" "}
      {[...eligible.reasons].map(([reason, count]) => `${count} (${reason})`).join("; ")}.
    </Notice>
  );
}

export function Names({ tasks }: { tasks: readonly Pick<Task, "name">[] }) {
  if (tasks.length < 2) return null;
  return (
    <div className={css.names}>
      {tasks.slice(0, 8).map((task, index) => (
        <span key={index} className="cut">
          {task.name}
        </span>
      ))}
      {tasks.length > 8 ? <span>and {tasks.length - 8} more</span> : null}
    </div>
  );
}
