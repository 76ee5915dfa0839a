// A draft that is a copy of a task.
import { useState } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { TextArea, TextField } from "~/design/field";
import { toast } from "~/design/toast";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import { ProjectField, type ProjectChoice } from "../../projects/project-choice";

export function CloneDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const go = useGo();
  const [name, setName] = useState(`Clone of ${task.name}`);
  const [comment, setComment] = useState(task.comment ?? "");
  const [project, setProject] = useState<ProjectChoice>({ id: task.project?.id ?? "", name: task.project?.name ?? "" });
  const clone = useChange(
    () =>
      call("tasks.clone", {
        task: task.id,
        new_task_name: name.trim(),
        new_task_comment: comment,
        ...(project.id ? { new_task_project: project.id } : project.name ? { new_project_name: project.name } : {}),
      }),
    {
      of: ["tasks", "projects"],
      after: ({ id }) => {
        onClose();
        toast(`${name.trim()} is a draft: change it, then enqueue it`);
        go(to.task(id, "config"));
      },
    },
  );
  return (
    <Dialog title={`Clone ${task.name}`} confirm="Clone" busy={clone.isPending} disabled={name.trim().length < 3} onClose={onClose} onConfirm={() => clone.mutate()}>
      <TextField label="Name of the clone" value={name} autoFocus onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} error={name.trim().length < 3 ? "At least three characters" : null} />
      <ProjectField value={project} onChange={setProject} canBeEmpty />
      <TextArea label="Description" rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
    </Dialog>
  );
}
