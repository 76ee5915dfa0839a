// The task table: of one project or of all, filtered by the address so that a link shows the same rows.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { call } from "../../api";
import { Empty, Loading, Problem, Status } from "../../design/parts";
import { ago, number } from "../../format";
import type { Metric, Task, TaskStatus } from "../../types";
import { TWO_LINES } from "../welcome/view";
import { TaskMenu } from "./actions";

const PAGE = 50;
const FIELDS = ["id", "name", "type", "status", "tags", "project.id", "project.name", "user.name", "created", "started", "last_update", "last_iteration", "last_metrics", "status_message"];
const STATUSES: TaskStatus[] = ["created", "queued", "in_progress", "completed", "failed", "stopped", "published"];

function metricsOf(task: Task): Metric[] {
  return Object.values(task.last_metrics ?? {}).flatMap((variants) => Object.values(variants));
}

export function TaskTable({ project }: { project?: string }) {
  const params = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const status = params.get("status") ?? "";
  const search = params.get("search") ?? "";
  const order = params.get("order") ?? "-last_update";
  const path = project ? `/projects/${project}` : "/tasks";
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    go(next.size ? `${path}?${next}` : path, { replace: true });
  };
  const [typed, setTyped] = useState(search);
  useEffect(() => {
    const timer = setTimeout(() => typed !== search && set("search", typed), 250);
    return () => clearTimeout(timer);
  });

  const tasks = useInfiniteQuery({
    queryKey: ["tasks", project ?? "", status, search, order],
    queryFn: ({ signal, pageParam }) =>
      call<{ tasks: Task[] }>("tasks.get_all_ex", {
        only_fields: FIELDS,
        order_by: [order],
        page: pageParam,
        page_size: PAGE,
        system_tags: ["-archived"],
        ...(project ? { project: [project] } : {}),
        ...(status ? { status: [status] } : {}),
        ...(search ? { _any_: { pattern: search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), fields: ["name", "id", "tags"] } } : {}),
      }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.tasks.length === PAGE ? pages.length : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  const rows = tasks.data?.pages.flatMap((page) => page.tasks) ?? [];
  const metrics = [...new Map(rows.flatMap(metricsOf).map((one) => [`${one.metric}/${one.variant}`, one])).keys()].slice(0, 4);
  const head = (field: string, label: string) => (
    <th aria-sort={order === field ? "ascending" : order === `-${field}` ? "descending" : "none"}>
      <button className="head" onClick={() => set("order", order === `-${field}` ? field : `-${field}`)}>
        {label}
        {order === field ? " ↑" : order === `-${field}` ? " ↓" : ""}
      </button>
    </th>
  );
  return (
    <section>
      <div className="row filters">
        <input type="search" aria-label="Search tasks" placeholder="Search names, ids, tags" value={typed} onChange={(event) => setTyped(event.target.value)} />
        <div className="chips" role="group" aria-label="Status">
          {STATUSES.map((one) => (
            <button key={one} aria-pressed={status === one} onClick={() => set("status", status === one ? "" : one)}>
              <Status value={one} />
            </button>
          ))}
        </div>
      </div>
      {tasks.isError ? <Problem error={tasks.error} retry={() => void tasks.refetch()} /> : null}
      {tasks.isPending ? <Loading /> : null}
      {tasks.isSuccess && rows.length === 0 ? (
        search || status ? <Empty title="No task matches." /> : <FirstTask />
      ) : null}
      {rows.length > 0 ? (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                {head("status", "Status")}
                {head("name", "Name")}
                {project ? null : <th>Project</th>}
                {head("type", "Type")}
                <th>User</th>
                {head("last_iteration", "Iteration")}
                {metrics.map((name) => (
                  <th key={name} className="right">
                    {name}
                  </th>
                ))}
                {head("last_update", "Updated")}
                <th aria-label="Actions" />
              </tr>
            </thead>
            <tbody>
              {rows.map((task) => (
                <tr key={task.id} onClick={() => go(`/tasks/${task.id}`)}>
                  <td>
                    <Status value={task.status} />
                  </td>
                  <td className="name">
                    <Link href={`/tasks/${task.id}`} onClick={(event) => event.stopPropagation()}>
                      {task.name}
                    </Link>
                    {task.tags?.map((tag) => (
                      <span key={tag} className="tag">
                        {tag}
                      </span>
                    ))}
                  </td>
                  {project ? null : <td className="dim">{task.project?.name ?? ""}</td>}
                  <td className="dim">{task.type}</td>
                  <td className="dim">{task.user?.name ?? ""}</td>
                  <td className="right">{task.last_iteration ?? ""}</td>
                  {metrics.map((name) => (
                    <td key={name} className="right mono">
                      {number(metricsOf(task).find((one) => `${one.metric}/${one.variant}` === name)?.value)}
                    </td>
                  ))}
                  <td className="dim" title={task.last_update}>
                    {ago(task.last_update)}
                  </td>
                  <td className="right">
                    <TaskMenu task={task} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {tasks.hasNextPage ? (
        <button className="more" disabled={tasks.isFetchingNextPage} onClick={() => void tasks.fetchNextPage()}>
          Load more
        </button>
      ) : null}
    </section>
  );
}

function FirstTask() {
  return (
    <Empty title="No task yet. Add two lines to a script and run it:">
      <pre>{TWO_LINES}</pre>
      <p>
        It appears here as soon as it runs. <Link href="/welcome" className="link">First steps</Link> has credentials, the agent's command and what comes after.
      </p>
    </Empty>
  );
}
