// A project as a card: what is in it, by state, and when it was last touched.
import { MoreHorizontal } from "lucide-react";
import type { Project, TaskStatus } from "~/api/documents";
import { IconButton } from "~/design/button";
import { Menu, type MenuEntry } from "~/design/menu";
import { Ago, Tag } from "~/design/parts";
import { STATUS_WORDS, StatusIcon } from "~/design/status";
import { count, duration, plural, splitPath } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { shownProjectName } from "../search/find";
import css from "./projects.module.css";

const ORDER: readonly TaskStatus[] = ["in_progress", "queued", "failed", "stopped", "completed", "published", "created"];

export function ProjectCard({ project, href, menu, isPathShown = true }: { project: Project; href?: string; menu?: () => MenuEntry[]; isPathShown?: boolean }) {
  const counts = project.stats?.active?.status_count ?? {};
  const total = Object.values(counts).reduce((sum, each) => sum + (each ?? 0), 0);
  const { parent, base } = splitPath(shownProjectName(project.name));
  const subs = project.sub_projects ?? [];
  const below = subs.filter((one) => (one.name ?? "").startsWith(`${project.name}/`) && !(one.name ?? "").slice(project.name.length + 1).includes("/"));
  return (
    <article className={css.card}>
      <div className={css.title}>
        <div>
          {parent && isPathShown ? <div className={css.parent}>{parent}/</div> : null}
          <Link href={href ?? to.project(project.id)} title={project.name}>
            {base}
          </Link>
        </div>
        {menu ? (
          <span className={css.over}>
            <Menu label={`Actions for ${base}`} position="bottom-end" items={menu}>
              <IconButton label={`Actions for ${base}`} isSmall>
                <MoreHorizontal size={15} aria-hidden />
              </IconButton>
            </Menu>
          </span>
        ) : null}
      </div>
      <div className={css.bar} aria-hidden>
        {ORDER.map((status) => (counts[status] ? <span key={status} style={{ flex: counts[status], background: `var(--status-${status})` }} /> : null))}
      </div>
      <div className={css.counts}>
        {total === 0 ? <span className="dimmer">no tasks</span> : null}
        {ORDER.filter((status) => counts[status]).slice(0, 4).map((status) => (
          <span key={status} title={`${count(counts[status])} ${STATUS_WORDS[status]}`}>
            <StatusIcon status={status} size={12} />
            {count(counts[status])}
            <span className="screen-reader">{STATUS_WORDS[status]}</span>
          </span>
        ))}
      </div>
      {below.length > 0 ? (
        <div className={css.subs}>
          {below.slice(0, 4).map((sub) => (
            <Link key={sub.id} href={to.project(sub.id)} title={sub.name}>
              {splitPath(sub.name ?? "").base}
            </Link>
          ))}
          {below.length > 4 ? <Link href={to.projects(project.name)}>+{below.length - 4}</Link> : null}
        </div>
      ) : null}
      <div className={css.foot}>
        <span className="grow cut">{total ? plural(total, "task") : ""}{project.stats?.active?.total_runtime ? ` · ${duration(project.stats.active.total_runtime)}` : ""}</span>
        {(project.tags ?? []).slice(0, 2).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        <Ago at={project.last_update} />
      </div>
    </article>
  );
}
