// One project: what it is about, its tasks, models and run times.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { MoreHorizontal } from "lucide-react";
import { useMemo } from "react";
import type { Project } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { later } from "~/design/later";
import { IconButton } from "~/design/button";
import { Menu } from "~/design/menu";
import { Empty, Loading, Problem } from "~/design/parts";
import { Tabs } from "~/design/tabs";
import { ALL, PROJECT_TABS, to, type ProjectTab } from "~/routes";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { NotFound } from "../session/not-found";
import { TaskList } from "../tasks/list/task-list";
import { projectCrumbs } from "./crumbs";
import { useProjectMenu } from "./project-menu";
import css from "./projects.module.css";

const Overview = later(() => import("./project-overview").then((module) => module.ProjectOverview));
const Models = later(() => import("../models/model-list").then((module) => module.ModelList));
const Workloads = later(() => import("./workloads").then((module) => module.Workloads));

const NAMES: Record<ProjectTab, string> = { overview: "Overview", tasks: "Tasks", models: "Models", workloads: "Workloads" };

export function ProjectPage() {
  const { project: id = "", tab = "" } = useRouteParams({ strict: false }) as { project?: string; tab?: string };
  const shown = PROJECT_TABS.find((one) => one === tab);
  const query = useAnswer("projects.get_all_ex", { id: [id], search_hidden: true, include_stats: true } as never, { fresh: 10_000, enabled: id !== ALL });
  if (!shown || id === ALL) return <NotFound />;
  if (query.isPending) return <Loading />;
  if (query.isError) return <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  const project = query.data.projects[0];
  if (!project) return <Empty title="There is no such project"><Link href={to.projects()} className="link">Projects</Link></Empty>;
  return <Shown key={id} project={project} tab={shown} />;
}

function Shown({ project, tab }: { project: Project; tab: ProjectTab }) {
  const go = useGo();
  useCrumbs(projectCrumbs(project));
  const { menu, element } = useProjectMenu(() => go(to.projects()));
  const scope = useMemo(() => ({ project: project.id, projectName: project.name, table: `tasks:${project.id}` }), [project.id, project.name]);
  const step = (by: number) => go(to.project(project.id, PROJECT_TABS[(PROJECT_TABS.indexOf(tab) + by + PROJECT_TABS.length) % PROJECT_TABS.length]));
  useCommands([{ ...listed("tab:next"), isKeyOnly: true, run: () => step(1) }, { ...listed("tab:back"), isKeyOnly: true, run: () => step(-1) }]);
  return (
    <div className="fill">
      <h1 className="screen-reader">{project.name}</h1>
      <div className={css.tabs}>
        <Tabs label="Parts of the project" value={tab} onChange={(next) => go(to.project(project.id, next))} tabs={PROJECT_TABS.map((value) => ({ value, label: NAMES[value] }))} />
        <Link href={to.projects(project.name)} className="link wide-only" style={{ fontSize: 12 }}>
          Projects inside
        </Link>
        <Menu label={`Actions for ${project.name}`} position="bottom-end" items={() => menu(project)}>
          <IconButton label={`Actions for ${project.name}`} isSmall>
            <MoreHorizontal size={15} aria-hidden />
          </IconButton>
        </Menu>
      </div>
      {tab === "tasks" ? <TaskList scope={scope} empty={<Empty title="No task in this project">Tasks appear here when a script names it in `Task.init(project_name="{project.name}", …)`.</Empty>} /> : null}
      {tab === "models" ? <Models project={project.id} table={`models:${project.id}`} /> : null}
      {tab === "overview" ? <div className="scrolls"><Overview project={project} /></div> : null}
      {tab === "workloads" ? <div className="scrolls"><Workloads project={project.id} /></div> : null}
      {element}
    </div>
  );
}
