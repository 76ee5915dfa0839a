// The machines that run tasks: what each does, which queues it watches, how it fares.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { Server, X } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { Worker } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { IconButton, Segments } from "~/design/button";
import type { Column, SortKey } from "~/design/grid/columns";
import { Grid, gridLines, gridLink } from "~/design/grid/grid";
import { SearchField } from "~/design/field";
import { Ago, CodeBlock, Empty, Facts, Loading, Panel, Problem, Tag } from "~/design/parts";
import { Split } from "~/design/split";
import { StatusIcon } from "~/design/status";
import { duration, moment, plural } from "~/format";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { useLook } from "~/table/look";
import { AGENT } from "../welcome/snippets";
import { ActivityChart, WorkerCharts } from "./worker-charts";
import css from "./workers.module.css";

const idOf = (worker: Worker) => worker.id;

const COLUMNS: readonly Column<Worker>[] = [
  {
    id: "worker", label: "Worker", width: 240, sort: "id", isPinned: true, isFixed: true, hover: (worker) => worker.id,
    cell: (worker) => (
      <>
        <StatusIcon status={worker.task ? "in_progress" : "created"} size={12} />
        <Link href={to.worker(worker.id)} className={gridLink} tabIndex={-1}>{worker.id}</Link>
      </>
    ),
  },
  { id: "task", label: "Task", width: 260, sort: "task", cell: (worker) => (worker.task ? <Link href={to.task(worker.task.id)} className={gridLink} tabIndex={-1}>{worker.task.name ?? worker.task.id}</Link> : <span className="dimmer">idle</span>) },
  { id: "running", label: "Running", width: 90, isRight: true, sort: "running", text: (worker) => duration(worker.task?.running_time === undefined ? null : worker.task.running_time / 1000) },
  { id: "iteration", label: "Iteration", width: 84, isRight: true, sort: "iteration", text: (worker) => (worker.task?.last_iteration ? String(worker.task.last_iteration) : "") },
  { id: "queues", label: "Queues", width: 200, sort: "queues", text: (worker) => (worker.queues ?? []).map((queue) => queue.name ?? queue.id).join(", ") },
  { id: "seen", label: "Last heard of", width: 110, sort: "seen", cell: (worker) => <Ago at={worker.last_activity_time} />, hover: (worker) => moment(worker.last_activity_time) },
  { id: "up", label: "Here since", width: 110, sort: "up", cell: (worker) => <Ago at={worker.register_time} />, hover: (worker) => moment(worker.register_time) },
  { id: "user", label: "User", width: 120, sort: "user", text: (worker) => worker.user?.name ?? "" },
  { id: "ip", label: "Address", width: 120, sort: "ip", isMono: true, text: (worker) => worker.ip ?? "" },
  { id: "tags", label: "Tags", width: 140, cell: (worker) => (worker.tags ?? []).map((tag) => <Tag key={tag}>{tag}</Tag>) },
];
const STANDARD = COLUMNS.map((column) => column.id);

function valueOf(worker: Worker, field: string): string | number {
  switch (field) {
    case "task": return worker.task?.name ?? "";
    case "running": return worker.task?.running_time ?? -1;
    case "iteration": return worker.task?.last_iteration ?? -1;
    case "queues": return (worker.queues ?? []).map((queue) => queue.name ?? "").join(",");
    case "seen": return worker.last_activity_time ?? "";
    case "up": return worker.register_time ?? "";
    case "user": return worker.user?.name ?? "";
    case "ip": return worker.ip ?? "";
    default: return worker.id;
  }
}

/** There are hundreds of workers at most, and the server sends them all: they are ordered here. Pure. */
export function orderedWorkers(workers: readonly Worker[], sort: readonly SortKey[]): Worker[] {
  return [...workers].sort((a, b) => {
    for (const { field, isDown } of sort) {
      const [left, right] = [valueOf(a, field), valueOf(b, field)];
      const order = typeof left === "number" && typeof right === "number" ? left - right : String(left).localeCompare(String(right), undefined, { numeric: true });
      if (order !== 0) return isDown ? -order : order;
    }
    return a.id.localeCompare(b.id, undefined, { numeric: true });
  });
}

function narrowWorker(worker: Worker) {
  return (
    <div className={gridLines} style={{ paddingLeft: 12 }}>
      <div>
        <StatusIcon status={worker.task ? "in_progress" : "created"} size={12} />
        <Link href={to.worker(worker.id)} className={`${gridLink} grow`} tabIndex={-1}>{worker.id}</Link>
        <span className="dimmer"><Ago at={worker.last_activity_time} /></span>
      </div>
      <div className="dimmer">
        <span className="cut grow">{worker.task ? worker.task.name : "idle"} · {(worker.queues ?? []).map((queue) => queue.name).join(", ")}</span>
      </div>
    </div>
  );
}

export function WorkersPage() {
  const { worker: chosen } = useRouteParams({ strict: false }) as { worker?: string };
  const go = useGo();
  const [params, setParams] = useParams();
  const every = 4_000;
  const workers = useAnswer("workers.get_all", {}, { every, keeps: true });
  const look = useLook("workers", { columns: STANDARD, sort: "-running" });
  const [which, setWhich] = useState<"all" | "busy" | "idle">("all");
  useCrumbs([{ label: "Workers", href: to.workers() }, chosen !== undefined && { label: chosen }]);
  const all = workers.data?.workers ?? [];
  const busy = all.filter((worker) => worker.task).length;
  const text = (params.q ?? "").toLowerCase();
  const rows = useMemo(
    () => orderedWorkers(all.filter((worker) => (which === "all" || (which === "busy") === Boolean(worker.task)) && `${worker.id} ${worker.task?.name ?? ""} ${(worker.queues ?? []).map((queue) => queue.name).join(" ")} ${(worker.tags ?? []).join(" ")} ${worker.ip ?? ""}`.toLowerCase().includes(text)), look.sort),
    [all, which, text, look.sort],
  );
  const columns = useMemo(() => look.columns.map((id) => COLUMNS.find((column) => column.id === id)).filter((column) => column !== undefined), [look.columns]);
  const open = useCallback((worker: Worker) => go(to.worker(worker.id)), [go]);
  const peek = useCallback((worker: Worker | null) => go(worker ? to.worker(worker.id) : to.workers()), [go]);
  useCommands([{ ...listed("filter"), isKeyOnly: true, run: () => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus() }]);
  const current = all.find((worker) => worker.id === chosen);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 style={{ fontSize: 15 }}>Workers</h1>
        <span className="dim">{workers.data ? `${busy} of ${plural(all.length, "worker")} busy` : ""}</span>
        <span className="grow" />
        <Segments label="Which workers" value={which} onChange={setWhich} options={[{ value: "all", label: "All" }, { value: "busy", label: "Busy" }, { value: "idle", label: "Idle" }]} />
        <SearchField label="Find a worker" value={params.q ?? ""} onChange={(q) => setParams({ q })} wait={80} width={200} data-page-search />
      </div>
      {workers.isPending ? <Loading /> : null}
      {workers.isError ? <div className="page"><Problem error={workers.error} retry={() => void workers.refetch()} /></div> : null}
      {all.length > 0 ? <ActivityChart /> : null}
      {workers.isSuccess ? (
        <Split label="Worker" side={chosen ? <WorkerPanel key={chosen} id={chosen} worker={current} onClose={() => peek(null)} /> : null}>
          <Grid
            label="Workers" columns={columns} rows={rows} idOf={idOf} total={rows.length} sort={look.sort} onSort={look.setSort} widths={look.widths} onWidth={look.setWidth} onOrder={look.setColumns}
            onHide={(id) => look.setColumns(look.columns.filter((one) => one !== id))} onOpen={open} onPeek={peek} peeked={chosen ?? null} narrow={narrowWorker}
            empty={all.length === 0 ? (
              <Empty title="No worker is there. On any machine that should run tasks" icon={<Server size={26} strokeWidth={1.5} aria-hidden />}>
                <div style={{ width: "100%", textAlign: "left" }}>
                  <CodeBlock label="the agent's commands" text={`jarvis-agent init\n${AGENT}`} />
                </div>
              </Empty>
            ) : <Empty title="No worker matches" />}
          />
        </Split>
      ) : null}
    </div>
  );
}

function WorkerPanel({ id, worker, onClose }: { id: string; worker: Worker | undefined; onClose: () => void }) {
  return (
    <article className={css.panel}>
      <header className={css.panelHead}>
        <h2>{id}</h2>
        <IconButton label="Close" keys="Esc" isSmall onClick={onClose}>
          <X size={15} aria-hidden />
        </IconButton>
      </header>
      <div className={css.body}>
        {worker ? (
          <>
            <Panel label="Worker">
              <Facts
                facts={[
                  { name: "Task", value: worker.task ? <Link href={to.task(worker.task.id)} className="link">{worker.task.name ?? worker.task.id}</Link> : "idle" },
                  { name: "Running for", value: worker.task?.running_time === undefined ? "" : duration(worker.task.running_time / 1000) },
                  { name: "Iteration", value: worker.task?.last_iteration || "" },
                  { name: "From queue", value: worker.queue ? <Link href={to.queue(worker.queue.id)} className="link">{worker.queue.name ?? worker.queue.id}</Link> : "" },
                  { name: "Address", value: <span className="mono">{worker.ip ?? ""}</span> },
                  { name: "User", value: worker.user?.name ?? "" },
                  { name: "Last heard of", value: worker.last_activity_time ? <Ago at={worker.last_activity_time} /> : "" },
                  { name: "Here since", value: worker.register_time ? <span>{moment(worker.register_time)}</span> : "" },
                  { name: "Counts as gone after", value: worker.register_timeout ? `${worker.register_timeout} s of silence` : "" },
                  { name: "Tags", value: worker.tags?.length ? worker.tags.join(", ") : "" },
                ]}
              />
            </Panel>
            <WorkerCharts worker={worker.id} />
            <Panel title="Queues, in its order" isFlush>
              <ol>
                {(worker.queues ?? []).map((queue, index) => (
                  <li key={queue.id} className="row" style={{ padding: "6px 14px", borderBottom: "1px solid var(--line)", fontSize: 12 }}>
                    <span className="dimmer number" style={{ width: 16 }}>{index + 1}</span>
                    <Link href={to.queue(queue.id)} className="link grow cut">{queue.name ?? queue.id}</Link>
                    <span className="dim">{plural(queue.num_tasks ?? 0, "task")} waiting</span>
                  </li>
                ))}
              </ol>
              {worker.queues?.length ? null : <p className="dim" style={{ padding: "10px 14px" }}>It watches none.</p>}
            </Panel>
          </>
        ) : (
          <Empty title="This worker is not there">It stopped, or was not heard of for its time.</Empty>
        )}
      </div>
    </article>
  );
}
