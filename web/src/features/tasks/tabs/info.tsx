// What is known about the task besides its work.
import { moment, span } from "../../../format";
import type { Task } from "../../../types";

export function Info({ task }: { task: Task }) {
  const rows: [string, string | undefined][] = [
    ["Id", task.id],
    ["Type", task.type],
    ["User", task.user?.name],
    ["Tags", task.tags?.join(", ")],
    ["Comment", task.comment],
    ["Created", moment(task.created)],
    ["Started", moment(task.started)],
    ["Completed", moment(task.completed)],
    ["Ran for", task.active_duration ? span(task.active_duration) : ""],
    ["Last update", moment(task.last_update)],
    ["Last iteration", task.last_iteration?.toString()],
    ["Worker", task.last_worker],
    ["Queue", task.execution?.queue?.name ?? task.execution?.queue?.id],
    ["Status reason", task.status_reason],
    ["Status message", task.status_message],
    ["Output destination", task.output?.destination],
    ["Parent", task.parent?.name ?? task.parent?.id],
  ];
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
