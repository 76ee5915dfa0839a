// Who is signed in, the frame around every page, and which page an address means.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { ApiError, call, logOut } from "./api";
import { Empty, Loading, Problem } from "./design/parts";
import { useToasts } from "./design/toast";
import { Login } from "./features/login";
import { ProjectPage, Projects } from "./features/projects";
import { Queues, Workers } from "./features/queues";
import { TaskPage } from "./features/tasks/details";
import { TaskTable } from "./features/tasks/table";
import { Settings } from "./features/settings/view";
import { Welcome } from "./features/welcome/view";
import type { Reference } from "./types";

export function App() {
  const client = useQueryClient();
  const me = useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => call<{ user: Reference }>("users.get_current_user", {}, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status === 401) && count < 2,
    staleTime: 60_000,
  });
  if (me.isPending) return <Loading />;
  if (me.isError && me.error instanceof ApiError && me.error.status === 401)
    return <Login onDone={() => void client.resetQueries()} />;
  if (me.isError) return <Problem error={me.error} retry={() => void me.refetch()} />;
  const leave = async () => {
    await logOut();
    await client.resetQueries();
  };
  return (
    <div className="frame">
      <nav aria-label="Main">
        <Link href="/projects" className="brand">
          <img src="/icon.svg" alt="" width={26} height={26} /> JARVIS
        </Link>
        <Place href="/projects">Projects</Place>
        <Place href="/tasks">Tasks</Place>
        <Place href="/queues">Queues</Place>
        <Place href="/workers">Workers</Place>
        <span className="grow" />
        <Place href="/settings">{me.data.user.name ?? "Settings"}</Place>
        <button className="quiet" onClick={() => void leave()}>
          Sign out
        </button>
      </nav>
      <main>
        <Switch>
          <Route path="/">
            <Redirect to="/projects" replace />
          </Route>
          <Route path="/projects">
            <Projects />
          </Route>
          <Route path="/projects/:id">{({ id }) => (id === "*" ? <Redirect to="/tasks" replace /> : <ProjectPage key={id} id={id} />)}</Route>
          <Route path="/tasks">
            <h1>Tasks</h1>
            <TaskTable />
          </Route>
          <Route path="/tasks/:id/:tab?">{({ id, tab }) => <TaskPage key={id} id={id} tab={tab} />}</Route>
          <Route path="/queues">
            <Queues />
          </Route>
          <Route path="/workers">
            <Workers />
          </Route>
          <Route path="/settings">
            <Settings key={me.data.user.name} user={me.data.user} />
          </Route>
          <Route path="/welcome">
            <Welcome />
          </Route>
          {/* The addresses that the SDK prints. */}
          <Route path="/projects/:project/:kind/:id/*?">{({ kind, id, "*": rest }) => <Printed kind={kind} id={id} rest={rest} />}</Route>
          <Route>
            <Empty title="There is no such page.">
              <Link href="/projects">Projects</Link>
            </Empty>
          </Route>
        </Switch>
      </main>
      <Toasts />
    </div>
  );
}

const PRINTED_TABS: Record<string, string> = {
  execution: "execution",
  "hyper-params": "configuration",
  artifacts: "artifacts",
  "info-output/log": "console",
  "output/log": "console",
  "info-output/metrics/scalar": "scalars",
  "output/metrics/scalar": "scalars",
  "info-output/debugImages": "images",
  general: "info",
};

function Printed({ kind, id, rest }: { kind: string; id: string; rest?: string | undefined }) {
  if (kind !== "tasks" && kind !== "experiments") return <Empty title="There is no such page." />;
  const tab = rest ? PRINTED_TABS[rest] : undefined;
  return <Redirect to={tab ? `/tasks/${id}/${tab}` : `/tasks/${id}`} replace />;
}

function Place({ href, children }: { href: string; children: ReactNode }) {
  const [path] = useLocation();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} className="place" {...(isHere ? { "aria-current": "page" as const } : {})}>
      {children}
    </Link>
  );
}

function Toasts() {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {useToasts().map((one) => (
        <div key={one.id} className={one.isError ? "toast error" : "toast"}>
          {one.text}
        </div>
      ))}
    </div>
  );
}
