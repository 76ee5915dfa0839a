// What can be done with a project.
import { FolderInput, FolderPlus, Settings2, Tags, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Project } from "~/api/documents";
import type { MenuEntry } from "~/design/menu";
import { TagsDialog } from "../tasks/actions/tags-dialog";
import { DeleteProjectDialog, EditProjectDialog, MoveProjectDialog, NewProjectDialog } from "./project-dialogs";

type Asked = "new" | "edit" | "move" | "tags" | "delete";
const ICON = { size: 14, "aria-hidden": true } as const;

export function useProjectMenu(onGone?: () => void): { menu: (project: Project) => MenuEntry[]; element: ReactNode } {
  const [asked, setAsked] = useState<{ what: Asked; project: Project } | null>(null);
  const close = () => setAsked(null);
  const menu = (project: Project): MenuEntry[] => {
    const item = (what: Asked, label: string, icon: ReactNode, isDangerous = false) => ({ id: what, label, icon, isDangerous, run: () => setAsked({ what, project }) });
    return [
      item("new", "New project inside…", <FolderPlus {...ICON} />),
      item("edit", "Name and settings…", <Settings2 {...ICON} />),
      item("tags", "Tags…", <Tags {...ICON} />),
      item("move", "Move…", <FolderInput {...ICON} />),
      "divider",
      item("delete", "Delete…", <Trash2 {...ICON} />, true),
    ];
  };
  const project = asked?.project;
  const element = !project ? null : asked.what === "new" ? <NewProjectDialog parent={project.name} onClose={close} />
    : asked.what === "edit" ? <EditProjectDialog project={project} onClose={close} />
    : asked.what === "move" ? <MoveProjectDialog project={project} onClose={close} />
    : asked.what === "tags" ? <TagsDialog tasks={[project]} kind="projects" onClose={close} />
    : <DeleteProjectDialog project={project} onClose={close} {...(onGone ? { onDone: onGone } : {})} />;
  return { menu, element };
}
