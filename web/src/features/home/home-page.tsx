// What goes on, what was worked on last, and the way to the rest.
import { FolderTree, Layers, Plus, Server } from "lucide-react";
import { useState } from "react";
import { useUser } from "~/app";
import type { Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Button, Segments } from "~/design/button";
import { Ago, Badge, Empty, Panel, Problem } from "~/design/parts";
import { StatusIcon, STATUS_WORDS } from "~/design/status";
import { count, duration, plural } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { ProjectCard } from "../projects/project-card";
import { NewProjectDialog } from "../projects/project-dialogs";
import { shownProjectName } from "../search/find";
import { shownQueueName, watching } from "../tasks/actions/queue-choice";
import { runTime } from "../tasks/list/columns";
import { FirstTask } from "../tasks/tasks-page";
import css from "./home.module.css";

const TASK_FIELDS = ["id", "name", "status", "type", "project.name", "user.name", "last_update", "started", "completed", "active_duration", "last_iteration"];

export function HomePage() {
  useCrumbs([{ label: "Home" }]);
  const user = useUser();
  const [whose, setWhose] = useState<"all" | "mine">("all");
  const [isNewAsked, setNewAsked] = useState(false);
  const every = 6_000;
  const mine = whose === "mine" ? { user: [user.id] } : {};
  const recent = useAnswer("tasks.get_all_ex", { ...mine, only_fields: TASK_FIELDS, order_by: ["-last_update"], page: 0, page_size: 12, system_tags: ["-archived"] }, { every, keeps: true });
  const projects = useAnswer(
    "projects.get_all_ex",
    { ...(whose === "mine" ? { active_users: [user.id] } : {}), include_stats: true, order_by: ["-last_update"], page: 0, page_size: 6, check_own_contents: false } as never,
    { every: every * 2, keeps: true },
  );
  const queues = useAnswer("queues.get_all_ex", {}, { every });
  const workers = useAnswer("workers.get_all", {}, { every });
  const running = useCounted({ ...mine, status: ["in_progress"] }, every);
  const failed = useCounted({ ...mine, status: ["failed"], status_changed: [`>=${dayAgo()}`] }, every * 4);
  const waiting = (queues.data?.queues ?? []).reduce((sum, queue) => sum + (queue.entries?.length ?? 0), 0);
  const busy = (workers.data?.workers ?? []).filter((worker) => worker.task).length;
  if (recent.isSuccess && recent.data.tasks.length === 0 && whose === "all") return <div className="page"><h1 className="screen-reader">Home</h1><FirstTask /></div>;
  return (
    <div className="page">
      <div className={css.head}>
        <h1 className="grow">Home</h1>
        <Segments label="Whose work" value={whose} onChange={setWhose} options={[{ value: "all", label: "Everybody's" }, { value: "mine", label: "Mine" }]} />
      </div>
      <div className={css.tiles}>
        <Link href={to.tasks("status=in_progress")} className={css.tile}>
          <b>{count(running) || "0"}</b>
          <span><StatusIcon status="in_progress" size={12} /> running</span>
        </Link>
        <Link href={to.queues()} className={css.tile}>
          <b>{count(waiting)}</b>
          <span><StatusIcon status="queued" size={12} /> waiting</span>
        </Link>
        <Link href={to.tasks("status=failed&updated=24h")} className={css.tile}>
          <b>{count(failed) || "0"}</b>
          <span><StatusIcon status="failed" size={12} /> failed today</span>
        </Link>
        <Link href={to.workers()} className={css.tile}>
          <b>{workers.data ? `${busy} / ${workers.data.workers.length}` : "…"}</b>
          <span><Server size={12} aria-hidden /> workers busy</span>
        </Link>
      </div>
      <div className={css.grid}>
        <div className="column" style={{ gap: 16 }}>
          <Panel title="Recent tasks" isFlush actions={<Link href={to.tasks()} className="link" style={{ paddingRight: 8 }}>All tasks</Link>}>
            {recent.isError ? <Problem error={recent.error} retry={() => void recent.refetch()} /> : null}
            {recent.data?.tasks.length === 0 ? <Empty title="None of yours yet" /> : null}
            <ul className={css.rows}>
              {(recent.data?.tasks ?? []).map((task) => (
                <RecentTask key={task.id} task={task} />
              ))}
            </ul>
          </Panel>
        </div>
        <div className="column" style={{ gap: 16 }}>
          <Panel title="Queues" isFlush actions={<Link href={to.queues()} className="link" style={{ paddingRight: 8 }}>All</Link>}>
            <ul className={css.rows}>
              {(queues.data?.queues ?? []).slice(0, 6).map((queue) => (
                <li key={queue.id}>
                  <Layers size={13} aria-hidden className="dimmer" />
                  <Link href={to.queue(queue.id)} className={`${css.name} cut grow`}>
                    {shownQueueName(queue)}
                  </Link>
                  <span className="dim">{plural(watching(queue, workers.data?.workers ?? []).length, "worker")}</span>
                  <Badge>{queue.entries?.length ?? 0}</Badge>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
      </div>
      <section className="column">
        <div className={css.head}>
          <h2 className="grow">Recent projects</h2>
          <Button isSmall icon={<Plus size={13} aria-hidden />} onClick={() => setNewAsked(true)}>
            New project
          </Button>
          <Link href={to.projects()} className="link">
            All projects
          </Link>
        </div>
        {projects.data?.projects.length === 0 ? <Empty title="No project yet" icon={<FolderTree size={24} strokeWidth={1.5} aria-hidden />} /> : null}
        <div className={css.cards}>
          {(projects.data?.projects ?? []).map((project) => (
            <ProjectCard key={project.id} project={project} />
          ))}
        </div>
      </section>
      {isNewAsked ? <NewProjectDialog parent="" onClose={() => setNewAsked(false)} /> : null}
    </div>
  );
}

function dayAgo(): string {
  const hour = 3_600_000;
  return new Date(Math.floor((Date.now() - 24 * hour) / hour) * hour).toISOString().replace("Z", "+00:00");
}

function useCounted(where: Record<string, unknown>, every: number): number | undefined {
  return useAnswer("organization.get_entities_count", { tasks: { ...where, system_tags: ["-archived"] } } as never, { every, keeps: true }).data?.tasks;
}

function RecentTask({ task }: { task: Task }) {
  return (
    <li>
      <StatusIcon status={task.status} />
      <Link href={to.task(task.id)} className={`${css.name} cut`} style={{ flex: "1 1 40%" }} title={`${task.name}: ${STATUS_WORDS[task.status]}`}>
        {task.name}
      </Link>
      <span className="dim cut wide-only" style={{ flex: "1 1 25%" }}>{shownProjectName(task.project?.name ?? "")}</span>
      <span className="dim cut wide-only" style={{ flex: "0 1 90px" }}>{task.user?.name}</span>
      <span className="dimmer number wide-only" style={{ width: 70 }}>{duration(runTime(task))}</span>
      <span className="dimmer number" style={{ width: 84 }}>
        <Ago at={task.last_update} />
      </span>
    </li>
  );
}
