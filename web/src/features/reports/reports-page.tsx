// The reports, the newest first, and a new one.
import { FileText, Plus } from "lucide-react";
import { useState } from "react";
import { call } from "~/api/client";
import { useAnswer, useChange } from "~/api/queries";
import { Button } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { SearchField, TextField } from "~/design/field";
import { Ago, Badge, Empty, Loading, Problem, Tag } from "~/design/parts";
import { escapePattern } from "~/format";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import css from "../projects/projects.module.css";
import { ProjectField, type ProjectChoice } from "../projects/project-choice";
import { shownProjectName } from "../search/find";

export function ReportsPage() {
  useCrumbs([{ label: "Reports" }]);
  const [params, setParams] = useParams();
  const [isNewAsked, setNewAsked] = useState(false);
  const isArchive = params.archived === "1";
  const text = (params.q ?? "").trim();
  const query = useAnswer(
    "reports.get_all_ex",
    { system_tags: [isArchive ? "archived" : "-archived"], only_fields: ["id", "name", "status", "tags", "comment", "last_update", "user.name", "project.name"], order_by: ["-last_update"], page: 0, page_size: 300, ...(text ? { _any_: { pattern: escapePattern(text), fields: ["name", "comment", "report"] } } : {}) } as never,
    { every: 20_000, keeps: true },
  );
  return (
    <div className="page">
      <div className={css.toolbar}>
        <h1 className="grow">Reports</h1>
        <SearchField label="Find a report or a word in it" value={params.q ?? ""} onChange={(q) => setParams({ q })} data-page-search />
        <Button isSmall kind="quiet" aria-pressed={isArchive} onClick={() => setParams({ archived: isArchive ? undefined : "1" })}>Archive</Button>
        <Button isSmall kind="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setNewAsked(true)}>New report</Button>
      </div>
      {query.isPending ? <Loading /> : null}
      {query.isError ? <Problem error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.tasks.length === 0 ? (text || isArchive ? <Empty title="No report matches" /> : <Empty title="No reports yet" icon={<FileText size={26} strokeWidth={1.5} aria-hidden />}>Text in Markdown, with curves and plots in it that stay live.</Empty>) : null}
      <ul className={css.cards}>
        {(query.data?.tasks ?? []).map((report) => (
          <li key={report.id} className={css.card}>
            <div className={css.title}>
              <div>
                <Link href={to.report(report.id)} title={report.name}>{report.name}</Link>
                <div className={css.parent}>{shownProjectName(report.project?.name ?? "")}</div>
              </div>
              {report.status === "published" ? <Badge>Published</Badge> : null}
            </div>
            <div className={css.counts}>{(report.tags ?? []).slice(0, 4).map((tag) => <Tag key={tag}>{tag}</Tag>)}</div>
            <div className={css.foot}><span>{report.user?.name}</span><Ago at={report.last_update} /></div>
          </li>
        ))}
      </ul>
      {isNewAsked ? <NewReport onClose={() => setNewAsked(false)} /> : null}
    </div>
  );
}

function NewReport({ onClose }: { onClose: () => void }) {
  const go = useGo();
  const [name, setName] = useState("");
  const [project, setProject] = useState<ProjectChoice>({ id: "", name: "" });
  const create = useChange(() => call("reports.create", { name: name.trim(), ...(project.id ? { project: project.id } : {}) }), { of: ["reports", "projects"], after: ({ id }) => { onClose(); go(to.report(id)); } });
  return (
    <Dialog title="New report" confirm="Create" busy={create.isPending} disabled={name.trim().length < 3} onClose={onClose} onConfirm={() => create.mutate()}>
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
      <ProjectField label="About which project" value={project} onChange={setProject} canBeEmpty />
    </Dialog>
  );
}
