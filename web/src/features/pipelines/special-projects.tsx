// The cards of what lives in hidden projects: pipelines and datasets.
import { useState, type ReactNode } from "react";
import type { Project } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { SearchField } from "~/design/field";
import { Ago, Empty, Loading, Problem } from "~/design/parts";
import { StatusIcon } from "~/design/status";
import { bytes, count, escapePattern, plural } from "~/format";
import { Link } from "~/shell/link";
import css from "../projects/projects.module.css";

/** "vision/.pipelines/nightly" is nightly of vision. Pure. */
export function specialName(name: string): { base: string; parent: string } {
  const parts = /^(?:(.*)\/)?\.(?:pipelines|datasets)\/(.*)$/.exec(name);
  return parts ? { base: parts[2] ?? name, parent: parts[1] ?? "" } : { base: name, parent: "" };
}

export function SpecialProjects({ kind, hrefOf, empty }: { kind: "pipeline" | "dataset"; hrefOf: (id: string) => string; empty: ReactNode }) {
  const [search, setSearch] = useState("");
  const every = 15_000;
  const query = useAnswer(
    "projects.get_all_ex",
    {
      search_hidden: true, include_stats: true, include_dataset_stats: kind === "dataset", system_tags: [kind], name: `/\\.${kind}s/`, order_by: ["-last_update"], page: 0, page_size: 200,
      ...(search.trim() ? { _any_: { pattern: escapePattern(search.trim()), fields: ["name"] } } : {}),
    } as never,
    { every, keeps: true },
  );
  if (query.isPending) return <Loading />;
  if (query.isError) return <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  const projects = query.data.projects;
  return (
    <div className="page">
      <div className={css.toolbar}>
        <h1 className="grow">{kind === "pipeline" ? "Pipelines" : "Datasets"}</h1>
        <SearchField label={`Find a ${kind}`} value={search} onChange={setSearch} data-page-search />
      </div>
      {projects.length === 0 ? (search ? <Empty title="Nothing is called that" /> : empty) : null}
      <ul className={css.cards}>
        {projects.map((project) => (
          <Card key={project.id} project={project} kind={kind} href={hrefOf(project.id)} />
        ))}
      </ul>
    </div>
  );
}

function Card({ project, kind, href }: { project: Project; kind: "pipeline" | "dataset"; href: string }) {
  const { base, parent } = specialName(project.name);
  const counts = project.stats?.active?.status_count ?? {};
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return (
    <li className={css.card}>
      <div className={css.title}>
        <div>
          <Link href={href} title={project.name}>{base}</Link>
          <div className={css.parent}>{parent || "no project"}</div>
        </div>
      </div>
      <div className={css.counts}>
        {kind === "pipeline"
          ? (["in_progress", "queued", "completed", "failed"] as const).map((status) => (counts[status] ? <span key={status}><StatusIcon status={status} size={12} />{count(counts[status])}</span> : null))
          : <span>{plural(total, "version")}</span>}
        {kind === "dataset" && project.dataset_stats?.total_size ? <span>{bytes(project.dataset_stats.total_size)}{project.dataset_stats.file_count ? `, ${plural(project.dataset_stats.file_count, "file")}` : ""}</span> : null}
      </div>
      <div className={css.foot}>
        {kind === "pipeline" ? <span>{plural(total, "run or step", "runs and steps")}</span> : null}
        <span>changed <Ago at={project.last_update} /></span>
      </div>
    </li>
  );
}
