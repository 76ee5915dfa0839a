// Who used the machines, and for what, within the last days.
import { useMemo, useState } from "react";
import { useAnswer } from "~/api/queries";
import { Segments } from "~/design/button";
import { SelectField } from "~/design/field";
import { Empty, Loading, Meter, Problem } from "~/design/parts";
import { count, duration } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import task from "../tasks/task.module.css";

const GROUPS = ["project", "queue", "user", "type"] as const;
const WORDS = { project: "Project", queue: "Queue", user: "User", type: "Type" } as const;
const DAYS = [1, 7, 30, 90, 365] as const;

export function Workloads({ project }: { project?: string }) {
  const [group, setGroup] = useState<(typeof GROUPS)[number]>("user");
  const [days, setDays] = useState(30);
  // The hour, so that the question stays the same for a while.
  const from = useMemo(() => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - days * 86_400_000).toISOString(), [days]);
  const answer = useAnswer("organization.get_project_workloads", { ...(project ? { projects: [project], include_subprojects: true } : {}), group_by: group, from_date: from } as never, { keeps: true });
  const rows = answer.data?.workloads ?? [];
  const most = Math.max(1, ...rows.map((row) => row.runtime));
  return (
    <div className={task.pad}>
      <div className="row wrap">
        <Segments label="Sum by" value={group} onChange={setGroup} options={GROUPS.map((value) => ({ value, label: WORDS[value] }))} />
        <SelectField isBare label="Period" value={String(days)} onChange={(event) => setDays(Number(event.target.value))} options={DAYS.map((value) => ({ value: String(value), label: value === 1 ? "the last day" : `the last ${value} days` }))} />
        <span className="grow" />
        {answer.data ? <span className="dim">{duration(answer.data.total_runtime)} in all</span> : null}
      </div>
      {answer.isPending ? <Loading /> : null}
      {answer.isError ? <Problem error={answer.error} retry={() => void answer.refetch()} /> : null}
      {answer.isSuccess && rows.length === 0 ? <Empty title="Nothing ran in this time" /> : null}
      {rows.length > 0 ? (
        <table className={task.table} aria-label={`Run time by ${WORDS[group].toLowerCase()}`}>
          <thead>
            <tr>
              <th scope="col">{WORDS[group]}</th>
              <th scope="col" className={task.right}>Tasks</th>
              <th scope="col" className={task.right}>Run time</th>
              <th scope="col" style={{ width: "40%" }}><span className="screen-reader">Share</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const name = row.name || (group === "queue" ? "run by hand" : "none");
              return (
                <tr key={row.id ?? ""}>
                  <th scope="row">{row.id && group === "project" ? <Link href={to.project(row.id)} className="link">{name}</Link> : row.id && group === "queue" ? <Link href={to.queue(row.id)} className="link">{name}</Link> : name}</th>
                  <td className={task.right}>{count(row.tasks)}</td>
                  <td className={task.right}>{duration(row.runtime)}</td>
                  <td><Meter share={row.runtime / most} label={`Share of ${name}`} /></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}
