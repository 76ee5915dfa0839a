// Projects and the projects in them, as cards.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { FolderTree, Plus, Table2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useUser } from "~/app";
import type { Project } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { Check, SearchField, SelectField } from "~/design/field";
import { PickMany } from "~/design/pick";
import { Empty, Loading, Problem } from "~/design/parts";
import { escapePattern } from "~/format";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { usePreferences } from "~/preferences/preferences";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { parseList, writeList } from "~/table/filters";
import { FirstTask } from "../tasks/tasks-page";
import { ProjectCard } from "./project-card";
import { NewProjectDialog } from "./project-dialogs";
import { useProjectMenu } from "./project-menu";
import css from "./projects.module.css";

const PAGE = 60;

/** The projects right below this path, and all that match when one searches. */
export function useProjects(path: string, filter: { search: string; order: string; mine: string | null; tags: readonly string[] }, size: number, every: number, isHiddenShown: boolean) {
  const parent = useAnswer("projects.get_all_ex", { name: `^${escapePattern(path)}$`, only_fields: ["id", "name"], search_hidden: true }, { enabled: path !== "", fresh: 30_000 });
  const parentId = parent.data?.projects[0]?.id;
  const isSearch = filter.search.trim() !== "" || filter.tags.length > 0;
  const below = path ? { parent: [parentId ?? ""] } : {};
  const body = {
    include_stats: true, order_by: [filter.order], page: 0, page_size: size,
    ...(isSearch ? (path ? { name: `^${escapePattern(path)}/` } : {}) : { shallow_search: true, ...below }),
    ...(filter.search.trim() ? { _any_: { pattern: escapePattern(filter.search.trim()), fields: ["name", "id", "description"] } } : {}),
    ...(filter.mine ? { active_users: [filter.mine] } : {}),
    ...(filter.tags.length ? { tags: [...filter.tags] } : {}),
    ...(isHiddenShown ? { search_hidden: true } : {}),
  };
  const list = useAnswer("projects.get_all_ex", body as never, { enabled: path === "" || parentId !== undefined, every, keeps: true });
  return { list, parentId, isMissing: path !== "" && parent.isSuccess && !parentId };
}

export function ProjectsPage() {
  const { _splat: splat = "" } = useRouteParams({ strict: false }) as { _splat?: string };
  const path = splat.replace(/\/+$/, "");
  const steps = path ? path.split("/") : [];
  useCrumbs([{ label: "Projects", href: to.projects() }, ...steps.map((label, index) => ({ label, href: to.projects(steps.slice(0, index + 1).join("/")) }))]);
  const user = useUser();
  const go = useGo();
  const [params, setParams] = useParams();
  const { showHidden = false } = usePreferences();
  const [size, setSize] = useState(PAGE);
  const [isNewAsked, setNewAsked] = useState(false);
  const every = 15_000;
  const tags = useMemo(() => parseList(params.tags), [params.tags]);
  const filter = { search: params.q ?? "", order: params.sort ?? "-last_update", mine: params.mine === "1" ? user.id : null, tags };
  const { list, parentId, isMissing } = useProjects(path, filter, size, every, showHidden);
  const known = useAnswer("projects.get_project_tags", {} as never, { fresh: 60_000 });
  const { menu, element } = useProjectMenu();
  useCommands([
    { ...listed("filter"), isKeyOnly: true, run: () => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus() },
    { id: "new-project", label: "New project", group: "Projects", run: () => setNewAsked(true) },
  ]);
  const projects: Project[] = list.data?.projects ?? [];
  const isFiltered = filter.search !== "" || filter.mine !== null || tags.length > 0;
  return (
    <div className="page">
      <div className="row">
        <h1 className="grow">{steps.at(-1) ?? "Projects"}</h1>
        {parentId ? (
          <Link href={to.project(parentId)} className="link">
            Its tasks
          </Link>
        ) : null}
        <Button kind="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setNewAsked(true)}>
          New project
        </Button>
      </div>
      <div className={css.toolbar}>
        <SearchField label="Search projects" value={params.q ?? ""} onChange={(q) => setParams({ q })} data-page-search />
        <div style={{ width: 170 }}>
          <SelectField label="Order" isBare value={filter.order} onChange={(event) => setParams({ sort: event.target.value })} options={[{ value: "-last_update", label: "Last changed first" }, { value: "name", label: "By name" }, { value: "-created", label: "Newest first" }]} />
        </div>
        {known.data && known.data.tags.length > 0 ? (
          <div style={{ minWidth: 160 }}>
            <PickMany label="Tags" isBare placeholder="Tags" values={tags} items={known.data.tags.map((tag) => ({ value: tag, label: tag }))} onChange={(next) => setParams({ tags: writeList(next) })} />
          </div>
        ) : null}
        <Check label="Those I work in" checked={filter.mine !== null} onChange={(isOn) => setParams({ mine: isOn ? "1" : undefined })} />
      </div>
      {isMissing ? <Empty title={`There is no project ${path}`} icon={<FolderTree size={26} strokeWidth={1.5} aria-hidden />} /> : null}
      {list.isPending && !isMissing ? <Loading /> : null}
      {list.isError ? <Problem error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isSuccess && projects.length === 0 ? isFiltered ? <Empty title="No project matches" /> : path ? <Empty title="There is no project inside" /> : <FirstTask /> : null}
      <div className={css.cards}>
        {!path && !isFiltered && projects.length > 0 ? (
          <article className={css.card}>
            <div className={css.title}>
              <div>
                <Link href={to.tasks()}>All tasks</Link>
              </div>
              <Table2 size={15} aria-hidden className="dimmer" />
            </div>
            <p className="dim" style={{ fontSize: 12 }}>Of every project, in one table.</p>
          </article>
        ) : null}
        {projects.map((project) => (
          <ProjectCard key={project.id} project={project} menu={() => menu(project)} isPathShown={isFiltered} />
        ))}
      </div>
      {projects.length >= size ? (
        <Button style={{ alignSelf: "center" }} busy={list.isFetching} onClick={() => setSize(size + PAGE)}>
          More
        </Button>
      ) : null}
      {element}
      {isNewAsked ? <NewProjectDialog parent={path} onClose={() => { setNewAsked(false); go(to.projects(path), { replace: true }); }} /> : null}
    </div>
  );
}
