import { useState } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { ProjectField, type ProjectChoice } from "../../projects/project-choice";
import { eligible } from "./eligibility";
import { LeftOut, Names, subject } from "./subject";

export function MoveDialog({ tasks, onClose }: { tasks: readonly Task[]; onClose: () => void }) {
  const chosen = eligible("move", tasks);
  const [project, setProject] = useState<ProjectChoice>({ id: "", name: "" });
  const move = useChange(
    () => call("tasks.move", { ids: chosen.able.map((task) => task.id), ...(project.id ? { project: project.id } : { project_name: project.name }) } as never),
    { of: ["tasks", "projects"], done: () => `${subject(chosen.able)} moved to ${project.name}`, after: onClose },
  );
  return (
    <Dialog title={`Move ${subject(tasks.length === 1 ? tasks : chosen.able)}`} confirm="Move" busy={move.isPending} disabled={!project.id && !project.name.trim()} onClose={onClose} onConfirm={() => move.mutate()}>
      <LeftOut eligible={chosen} of={tasks.length} />
      <Names tasks={chosen.able} />
      <ProjectField value={project} onChange={setProject} autoFocus hint="A path that is not there yet is made: vision/detection" />
    </Dialog>
  );
}
