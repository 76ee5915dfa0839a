// The columns of the task table, and what the server has to be asked for each.
import type { Task } from "~/api/documents";
import { gridLines, gridLink } from "~/design/grid/grid";
import { Ago, Tag } from "~/design/parts";
import { Status, StatusIcon } from "~/design/status";
import { duration, moment } from "~/format";
import { runColour } from "~/design/run-colour";
import { parseMetricId, parseParamId, paramPath, type ParamColumn } from "~/table/filters";
import { columnsBy, fieldsBy, metricColumn, metricValue, type FieldColumn } from "~/table/free-columns";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { shownProjectName } from "../../search/find";

export type TaskColumn = FieldColumn<Task>;

const TIME_WIDTH = 104;

function time(id: "created" | "started" | "completed" | "last_update", label: string): TaskColumn {
  return { id, label, width: TIME_WIDTH, sort: id, fields: [id], cell: (task) => <Ago at={task[id]} />, hover: (task) => moment(task[id]) };
}

/** Seconds that the task ran, counting on while it does. */
export function runTime(task: Pick<Task, "active_duration" | "started" | "completed" | "status">): number | null {
  if (task.status === "in_progress" && task.started) return Math.max(0, (Date.now() - Date.parse(task.started)) / 1000);
  if (task.active_duration !== null && task.active_duration !== undefined) return task.active_duration;
  return task.started && task.completed ? (Date.parse(task.completed) - Date.parse(task.started)) / 1000 : null;
}

export const OWN_COLUMNS: readonly TaskColumn[] = [
  {
    id: "name", label: "Name", width: 280, min: 120, sort: "name", isPinned: true, isFixed: true, fields: ["name", "comment"],
    hover: (task) => (task.comment ? `${task.name}\n\n${task.comment.slice(0, 400)}` : task.name),
    cell: (task) => (
      <>
        <i className="run-dot" style={{ background: runColour(task.id) }} aria-hidden />
        <Link href={to.task(task.id)} className={gridLink} tabIndex={-1}>
          {task.name}
        </Link>
      </>
    ),
  },
  { id: "status", label: "Status", width: 108, sort: "status", fields: ["status", "status_message", "status_reason"], cell: (task) => <Status status={task.status} />, hover: (task) => [task.status_reason, task.status_message].filter(Boolean).join(": ") },
  { id: "project", label: "Project", width: 150, fields: ["project.name"], text: (task) => shownProjectName(task.project?.name ?? "") },
  { id: "type", label: "Type", width: 100, sort: "type", fields: ["type"], text: (task) => task.type },
  {
    id: "tags", label: "Tags", width: 150, fields: ["tags"], hover: (task) => (task.tags ?? []).join(", "),
    cell: (task) => (task.tags ?? []).map((tag) => <Tag key={tag}>{tag}</Tag>),
  },
  { id: "user", label: "User", width: 110, fields: ["user.name"], text: (task) => task.user?.name ?? "" },
  time("last_update", "Updated"),
  time("started", "Started"),
  time("created", "Created"),
  time("completed", "Finished"),
  { id: "iteration", label: "Iteration", width: 84, isRight: true, sort: "last_iteration", fields: ["last_iteration"], text: (task) => (task.last_iteration === undefined || task.last_iteration < 0 ? "" : String(task.last_iteration)) },
  { id: "runtime", label: "Run time", width: 92, isRight: true, sort: "active_duration", fields: ["active_duration", "started", "completed"], text: (task) => duration(runTime(task)) },
  { id: "parent", label: "Parent", width: 150, fields: ["parent.name"], cell: (task) => (task.parent ? <Link href={to.task(task.parent.id)} className={gridLink} tabIndex={-1}>{task.parent.name ?? task.parent.id}</Link> : null) },
  { id: "worker", label: "Worker", width: 130, sort: "last_worker", fields: ["last_worker"], text: (task) => task.last_worker ?? "" },
  { id: "comment", label: "Description", width: 220, sort: "comment", fields: ["comment"], text: (task) => task.comment ?? "" },
  { id: "repository", label: "Repository", width: 180, sort: "script.repository", fields: ["script.repository"], text: (task) => task.script?.repository ?? "" },
  { id: "branch", label: "Branch", width: 110, sort: "script.branch", fields: ["script.branch"], text: (task) => task.script?.branch ?? "" },
  { id: "commit", label: "Commit", width: 100, isMono: true, fields: ["script.version_num"], text: (task) => task.script?.version_num?.slice(0, 10) ?? "" },
  { id: "message", label: "Message", width: 220, fields: ["status_message", "status_reason"], text: (task) => [task.status_reason, task.status_message].filter(Boolean).join(": ") },
  { id: "id", label: "Id", width: 250, isMono: true, sort: "id", fields: ["id"], text: (task) => task.id },
];

const BY_ID = new Map(OWN_COLUMNS.map((column) => [column.id, column]));

/** What every row needs, whatever columns are shown: its state decides what can be done with it. */
const ROW_FIELDS: readonly string[] = ["id", "name", "status", "type", "project.name", "user.name", "system_tags", "tags", "company", "last_update", "parent"];

function paramValue(task: Task, { section, name }: ParamColumn): string | undefined {
  return task.hyperparams?.[section]?.[name]?.value;
}

/** What a task has in the column of a metric or of a hyperparameter, as it was reported. */
export function freeValue(task: Task, id: string): number | string | undefined {
  const metric = parseMetricId(id);
  if (metric) return metricValue(task, metric);
  const param = parseParamId(id);
  return param ? paramValue(task, param) : undefined;
}

/** The column of a metric or of a hyperparameter; null when the id is neither's. */
export function freeColumnOf(id: string): TaskColumn | null {
  return metricColumn(id) ?? paramColumn(id);
}

function paramColumn(id: string): TaskColumn | null {
  const param = parseParamId(id);
  if (!param) return null;
  const path = paramPath(param);
  const value = (task: Task) => paramValue(task, param);
  return {
    id, label: param.name, title: `${param.section}/${param.name}`, width: 120, sort: path, fields: [`${path}.value`],
    // A parameter may be a book: the cell shows its first line, the hover its first page.
    text: (task) => (value(task) ?? "").slice(0, 200),
    hover: (task) => (value(task) ?? "").slice(0, 2_000),
  };
}

export function columnsOf(ids: readonly string[]): TaskColumn[] {
  return columnsBy(ids, (id) => BY_ID.get(id) ?? freeColumnOf(id));
}

export function fieldsOf(columns: readonly TaskColumn[]): string[] {
  return fieldsBy(columns, ROW_FIELDS);
}

/** Two lines for a screen without room for columns. */
export function narrowTask(task: Task) {
  return (
    <div className={gridLines} style={{ paddingLeft: 2 }}>
      <div>
        <StatusIcon status={task.status} />
        <Link href={to.task(task.id)} className={`${gridLink} grow`} tabIndex={-1}>
          {task.name}
        </Link>
        <span className="dimmer">
          <Ago at={task.last_update} />
        </span>
      </div>
      <div className="dimmer">
        <span className="cut grow">{[shownProjectName(task.project?.name ?? ""), task.user?.name, ...(task.tags ?? [])].filter(Boolean).join(" · ")}</span>
      </div>
    </div>
  );
}
