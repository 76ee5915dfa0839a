// What uses the server's disk, by project and by task.
import { RefreshCw } from "lucide-react";
import { useAnswer, useChange } from "~/api/queries";
import { call } from "~/api/client";
import type { StorageBytes } from "~/api/documents";
import { Button } from "~/design/button";
import { Ago, Empty, Loading, Meter, Panel, Problem } from "~/design/parts";
import { bytes, count } from "~/format";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { Link } from "~/shell/link";
import { shownProjectName } from "../search/find";
import css from "./settings.module.css";

const PARTS: readonly { label: string; of: (row: StorageBytes) => number }[] = [
  { label: "Artifacts", of: (row) => row.artifacts },
  { label: "Models", of: (row) => row.models },
  { label: "Samples", of: (row) => row.debug_images },
  { label: "Other files", of: (row) => row.other_files },
  { label: "Logs", of: (row) => row.logs },
  { label: "Curves, plots", of: (row) => row.scalars + row.plots },
];

export function StorageUsage() {
  const [params, setParams] = useParams();
  const asked = params.project ? { projects: [params.project], include_subprojects: true } : {};
  const usage = useAnswer("organization.get_storage_usage", asked, { every: (answer) => (answer?.is_measuring ? 2_000 : 60_000), keeps: true });
  const refresh = useChange(() => call("organization.get_storage_usage", { refresh: true }), { of: ["organization"] });
  if (usage.isPending) return <Loading />;
  if (usage.isError) return <Problem error={usage.error} retry={() => void usage.refetch()} />;
  const { projects, tasks, total, of_no_task, measured, is_measuring } = usage.data;
  return (
    <>
      <Panel
        title="Used" isFlush
        actions={
          <>
            <span className="dimmer">{is_measuring ? "Measuring…" : measured.files ? <>measured <Ago at={measured.files} /></> : "not measured yet"}</span>
            <Button isSmall icon={<RefreshCw size={13} aria-hidden />} busy={is_measuring || refresh.isPending} onClick={() => refresh.mutate()}>
              Measure now
            </Button>
          </>
        }
      >
        <p style={{ padding: "10px 14px 0" }}>
          <b>{bytes(total.bytes)}</b> <span className="dim">in {count(total.files)} files, logs, curves and plots{params.project ? " of this project and those below it" : ""}</span>
          {of_no_task.bytes > 0 ? <span className="dim">; {bytes(of_no_task.bytes)} in {count(of_no_task.files)} files belong to no task</span> : null}
          {params.project ? <> <button type="button" className="link" onClick={() => setParams({ project: undefined })}>All projects</button></> : null}
        </p>
        {projects.length === 0 ? <Empty title="Nothing is stored" /> : (
          <Rows label="By project" head="Project" most={projects[0]?.bytes ?? 0} rows={projects.map((row) => ({ ...row, name: row.id ? <button type="button" className="link" onClick={() => setParams({ project: row.id ?? undefined }, { push: true })}>{shownProjectName(row.name ?? "")}</button> : <span className="dim">No project</span>, title: row.name ?? "No project" }))} />
        )}
      </Panel>
      {tasks.length > 0 ? (
        <Panel title="The largest tasks" isFlush>
          <Rows label="By task" head="Task" most={tasks[0]?.bytes ?? 0} rows={tasks.map((row) => ({ ...row, name: <><Link href={to.task(row.id ?? "", "artifacts")} className="link">{row.name}</Link> <span className="dimmer">{shownProjectName(row.project?.name ?? "")}</span></>, title: row.name ?? "" }))} />
        </Panel>
      ) : null}
    </>
  );
}

function Rows({ label, head, rows, most }: { label: string; head: string; rows: readonly (StorageBytes & { id?: string | null; name: React.ReactNode; title: string })[]; most: number }) {
  return (
    <div className={css.wide} tabIndex={0} role="region" aria-label={label}>
      <table className={css.keys} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">All</th>
            <th scope="col"><span className="screen-reader">Share</span></th>
            {PARTS.map((part) => <th key={part.label} scope="col" className={css.right}>{part.label}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id ?? ""}>
              <th scope="row" style={{ overflowWrap: "anywhere", minWidth: 140 }}>{row.name}</th>
              <td className={css.right}>{bytes(row.bytes)}</td>
              <td style={{ minWidth: 60 }}><Meter share={most > 0 ? row.bytes / most : 0} label={`Share of ${row.title}`} /></td>
              {PARTS.map((part) => <td key={part.label} className={css.right}>{part.of(row) > 0 ? bytes(part.of(row)) : <span className="dimmer">–</span>}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
