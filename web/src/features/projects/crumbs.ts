// The way to what is in a project: each project of its path is a step. Pure.
import type { Reference } from "~/api/documents";
import { to } from "~/routes";
import type { Crumb } from "~/shell/page";
import { shownProjectName } from "../search/find";

export function projectCrumbs(project: Reference): Crumb[] {
  const name = shownProjectName(project.name ?? "");
  const parts = name ? name.split("/") : [];
  const above = parts.slice(0, -1).map((label, index) => ({ label, href: to.projects(parts.slice(0, index + 1).join("/")) }));
  return [{ label: "Projects", href: to.projects() }, ...above, { label: parts.at(-1) ?? "Project", href: to.project(project.id) }];
}
