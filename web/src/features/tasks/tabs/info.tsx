// When, who, where: what is known of the task beside what it runs and what it reported.
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { CopyButton } from "~/design/button";
import { TextArea } from "~/design/field";
import { Ago, Facts, Panel } from "~/design/parts";
import { EditSection } from "~/editing/section";
import { useEdit } from "~/editing/use-edit";
import { duration, moment } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { isPublic, isPublished } from "../actions/eligibility";
import { runTime } from "../list/columns";
import { QueueLink, queueOf } from "../actions/queue-choice";
import css from "../task.module.css";
import { readTask, useReread } from "../task-query";

function At({ value }: { value: string | null | undefined }) {
  return value ? (
    <span>
      {moment(value)} <span className="dimmer">(<Ago at={value} />)</span>
    </span>
  ) : null;
}

export function Description({ task }: { task: Task }) {
  const reread = useReread(task.id);
  const edit = useEdit("Description", task.comment ?? "", {
    read: async () => (await readTask(task.id))?.comment ?? "",
    write: (comment) => call("tasks.update", { task: task.id, comment }),
    isCurrent: reread,
  });
  return (
    <EditSection title="Description" edit={edit} canEdit={!isPublic(task) && !isPublished(task)}>
      {edit.isEditing ? <TextArea label="Description" isBare rows={5} value={edit.value} onChange={(event) => edit.set(event.target.value)} /> : edit.value ? <p style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{edit.value}</p> : <p className="dim">None.</p>}
    </EditSection>
  );
}

export function Info({ task }: { task: Task }) {
  const queue = queueOf(task);
  const changedBy = typeof task.last_changed_by === "object" ? task.last_changed_by.name : undefined;
  const runtime = Object.entries(task.runtime ?? {}).filter(([name]) => !name.startsWith("_"));
  return (
    <div className={css.pad}>
      <div className={css.two}>
        <div className={css.stack}>
          <Description task={task} />
          <Panel title="Machine and environment">
            {runtime.length ? <Facts facts={runtime.map(([name, value]) => ({ name, value: <span className="mono">{String(value)}</span> }))} /> : <p className="dim">Known when it has run.</p>}
          </Panel>
        </div>
        <Panel title="Task">
          <Facts
            facts={[
              { name: "Id", value: <span className="row"><span className="mono">{task.id}</span><CopyButton text={task.id} label="Copy the id" /></span> },
              { name: "Type", value: task.type },
              { name: "User", value: task.user?.name ?? "" },
              { name: "Parent", value: task.parent ? <Link href={to.task(task.parent.id)} className="link">{task.parent.name ?? task.parent.id}</Link> : "" },
              { name: "Project", value: task.project ? <Link href={to.project(task.project.id)} className="link">{task.project.name}</Link> : "" },
              { name: "Created", value: task.created ? <At value={task.created} /> : "" },
              { name: "Started", value: task.started ? <At value={task.started} /> : "" },
              { name: "Finished", value: task.completed ? <At value={task.completed} /> : "" },
              { name: "Published", value: task.published ? <At value={task.published} /> : "" },
              { name: "State changed", value: task.status_changed ? <At value={task.status_changed} /> : "" },
              { name: "Last report", value: task.last_update ? <At value={task.last_update} /> : "" },
              { name: "Last changed by", value: changedBy ?? "" },
              { name: "Run time", value: duration(runTime(task)) },
              { name: "Last iteration", value: task.last_iteration && task.last_iteration >= 0 ? task.last_iteration : "" },
              { name: "Reason", value: task.status_reason ?? "" },
              { name: "Message", value: task.status_message ?? "" },
              { name: "Queue", value: queue ? <QueueLink id={queue} /> : "" },
              { name: "Worker", value: task.last_worker ? <Link href={to.worker(task.last_worker)} className="link">{task.last_worker}</Link> : "" },
              { name: "System tags", value: (task.system_tags ?? []).join(", ") },
            ]}
          />
        </Panel>
      </div>
    </div>
  );
}
