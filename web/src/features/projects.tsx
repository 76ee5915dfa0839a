import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../api";
import { Empty, Loading, Problem, Status } from "../design/parts";
import { ago } from "../format";
import type { Project, TaskStatus } from "../types";
import { TaskTable } from "./tasks/table";

const SHOWN: TaskStatus[] = ["in_progress", "queued", "completed", "failed"];

export function Projects() {
  const [search, setSearch] = useState("");
  const projects = useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) =>
      call<{ projects: Project[] }>("projects.get_all_ex", { include_stats: true, order_by: ["-last_update"], page: 0, page_size: 500 }, signal),
    refetchInterval: 10_000,
  });
  const list = (projects.data?.projects ?? []).filter((one) => one.name.toLowerCase().includes(search.toLowerCase()));
  return (
    <section>
      <div className="row">
        <h1>Projects</h1>
        <span className="grow" />
        <input type="search" placeholder="Search projects" aria-label="Search projects" value={search} onChange={(event) => setSearch(event.target.value)} />
      </div>
      {projects.isPending ? <Loading /> : null}
      {projects.isError ? <Problem error={projects.error} retry={() => void projects.refetch()} /> : null}
      {projects.isSuccess && list.length === 0 ? (
        <Empty title={search ? "No project matches." : "No project yet."}>
          {search ? null : (
            <>
              The first <code>Task.init(project_name=...)</code> makes one: <Link href="/welcome" className="link">first steps</Link>.
            </>
          )}
        </Empty>
      ) : null}
      <div className="cards">
        {list.map((project) => {
          const counts = project.stats?.active?.status_count ?? {};
          return (
            <Link key={project.id} href={`/projects/${project.id}`} className="card">
              <strong>{project.name}</strong>
              <span className="dim">{project.description || `updated ${ago(project.last_update)}`}</span>
              <span className="row">
                <span>{project.stats?.active?.total_tasks ?? 0} tasks</span>
                {SHOWN.filter((status) => counts[status]).map((status) => (
                  <span key={status} className="row tight">
                    <Status value={status} /> {counts[status]}
                  </span>
                ))}
              </span>
            </Link>
          );
        })}
      </div>
    </section>
  );
}

export function ProjectPage({ id }: { id: string }) {
  const project = useQuery({
    queryKey: ["project", id],
    queryFn: ({ signal }) => call<{ project: Project }>("projects.get_by_id", { project: id }, signal),
  });
  if (project.isError) return <Problem error={project.error} />;
  return (
    <section>
      <div className="dim crumbs">
        <Link href="/projects">Projects</Link>
      </div>
      <h1>{project.data?.project.name ?? "…"}</h1>
      <TaskTable project={id} />
    </section>
  );
}
