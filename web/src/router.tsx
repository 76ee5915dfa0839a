// Which page an address means. Every page but the frame is a file of its own, loaded when it is first wanted.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { App } from "./app";
import { Crash, NotFound } from "./features/session/not-found";
import { Loading } from "./design/parts";
import { parseParams, wellFormed, writeParams } from "./shell/address";
import { fromOldAddress, to } from "./routes";

const root = createRootRoute({
  component: () => (
    <App>
      <Outlet />
    </App>
  ),
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <Crash error={error as Error} retry={reset} />,
  beforeLoad: ({ location }) => {
    const place = fromOldAddress(location.pathname, location.searchStr);
    if (place) throw redirect({ href: place, replace: true });
  },
});

type Load = Parameters<typeof lazyRouteComponent>[0];

function page<P extends string>(path: P, load: Load, name: string) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name as never), pendingComponent: Loading });
}

const projects = () => import("./features/projects/projects-page");
const project = () => import("./features/projects/project-page");
const tasks = () => import("./features/tasks/tasks-page");
const task = () => import("./features/tasks/task-page");

const routes = [
  page("/", () => import("./features/home/home-page"), "HomePage"),
  page("/welcome", () => import("./features/welcome/welcome-page"), "WelcomePage"),
  page("/search", () => import("./features/search/search-page"), "SearchPage"),
  page("/projects", projects, "ProjectsPage"),
  page("/projects/$", projects, "ProjectsPage"),
  createRoute({
    getParentRoute: () => root,
    path: "/p/$project",
    beforeLoad: ({ params }) => {
      throw redirect({ href: to.project(params.project), replace: true });
    },
  }),
  page("/p/$project/$tab", project, "ProjectPage"),
  page("/p/$project/tasks/$task", task, "TaskPage"),
  page("/p/$project/tasks/$task/$tab", task, "TaskPage"),
  page("/tasks", tasks, "TasksPage"),
  page("/t/$task", task, "TaskPage"),
  page("/t/$task/$tab", task, "TaskPage"),
  page("/pipelines", () => import("./features/pipelines/pipelines-page"), "PipelinesPage"),
  page("/pipelines/$project", () => import("./features/pipelines/pipeline-page"), "PipelinePage"),
  page("/datasets", () => import("./features/datasets/datasets-page"), "DatasetsPage"),
  page("/datasets/$project", () => import("./features/datasets/dataset-page"), "DatasetPage"),
  page("/reports", () => import("./features/reports/reports-page"), "ReportsPage"),
  page("/reports/$report", () => import("./features/reports/report-page"), "ReportPage"),
  page("/models", () => import("./features/models/models-page"), "ModelsPage"),
  page("/models/$model", () => import("./features/models/model-page"), "ModelPage"),
  page("/models/$model/$tab", () => import("./features/models/model-page"), "ModelPage"),
  createRoute({
    getParentRoute: () => root,
    path: "/compare",
    beforeLoad: ({ location }) => {
      throw redirect({ href: `/compare/details${location.searchStr}`, replace: true });
    },
  }),
  page("/compare/$view", () => import("./features/compare/compare-page"), "ComparePage"),
  page("/queues", () => import("./features/queues/queues-page"), "QueuesPage"),
  page("/queues/$queue", () => import("./features/queues/queues-page"), "QueuesPage"),
  page("/workers", () => import("./features/workers/workers-page"), "WorkersPage"),
  page("/workers/$worker", () => import("./features/workers/workers-page"), "WorkersPage"),
  createRoute({
    getParentRoute: () => root,
    path: "/settings",
    beforeLoad: () => {
      throw redirect({ href: to.settings(), replace: true });
    },
  }),
  page("/settings/$section", () => import("./features/settings/settings-page"), "SettingsPage"),
];

// Before the router looks at it: it has no answer to an address that cannot be read.
const path = wellFormed(location.pathname);
if (path !== location.pathname) history.replaceState(null, "", path + location.search + location.hash);

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch: (search) => parseParams(search),
  stringifySearch: (params) => writeParams(params as Record<string, string>),
  defaultPreload: false,
  defaultPendingMs: 300,
  scrollRestoration: false,
  trailingSlash: "never",
});

/** The code of the pages where nearly everybody goes, before they go. */
export function fetchMainPages(): void {
  void Promise.allSettled([tasks(), task()]);
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
