// Making, changing, moving and deleting projects.
import { useState } from "react";
import { call } from "~/api/client";
import type { Project } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { Check, TextArea, TextField } from "~/design/field";
import { Facts, Loading, Notice, Problem } from "~/design/parts";
import { toast } from "~/design/toast";
import { count, plural, splitPath } from "~/format";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import { ProjectField, type ProjectChoice } from "./project-choice";

function nameProblem(name: string): string | null {
  if (name.trim().length < 3) return "At least three characters";
  return null;
}

export function NewProjectDialog({ parent, onClose }: { parent: string; onClose: () => void }) {
  const go = useGo();
  const [name, setName] = useState("");
  const [above, setAbove] = useState<ProjectChoice>({ id: "", name: parent });
  const [description, setDescription] = useState("");
  const [output, setOutput] = useState("");
  const path = above.name ? `${above.name}/${name.trim()}` : name.trim();
  const create = useChange(
    () => call("projects.create", { name: path, description, ...(output.trim() ? { default_output_destination: output.trim() } : {}) } as never) as Promise<{ id: string }>,
    { of: ["projects"], done: `${path} is there`, after: ({ id }) => { onClose(); go(to.project(id)); } },
  );
  return (
    <Dialog title="New project" confirm="Create" busy={create.isPending} disabled={nameProblem(name) !== null} onClose={onClose} onConfirm={() => create.mutate()}>
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} error={name ? nameProblem(name) : null} hint="A slash makes a project in a project: vision/detection" />
      <ProjectField label="Inside of" value={above} onChange={setAbove} canBeEmpty />
      <TextArea label="Description" rows={3} value={description} onChange={(event) => setDescription(event.target.value)} hint="Markdown" />
      <TextField label="Output destination" isMono value={output} onChange={(event) => setOutput(event.target.value)} placeholder="this server's files" hint="Where its tasks put models and artifacts" />
    </Dialog>
  );
}

export function EditProjectDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { base, parent } = splitPath(project.name);
  const [name, setName] = useState(base);
  const [output, setOutput] = useState(project.default_output_destination ?? "");
  const save = useChange(
    () => call("projects.update", { project: project.id, ...(name.trim() === base ? {} : { name: parent ? `${parent}/${name.trim()}` : name.trim() }), default_output_destination: output.trim() } as never),
    { of: ["projects", "tasks"], done: "Saved", after: onClose },
  );
  return (
    <Dialog title={`Settings of ${base}`} confirm="Save" busy={save.isPending} disabled={nameProblem(name) !== null} onClose={onClose} onConfirm={() => save.mutate()}>
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} error={nameProblem(name)} />
      <TextField label="Output destination" isMono value={output} onChange={(event) => setOutput(event.target.value)} placeholder="this server's files" hint="For tasks that are made from now on" />
    </Dialog>
  );
}

export function MoveProjectDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { base, parent } = splitPath(project.name);
  const [target, setTarget] = useState<ProjectChoice>({ id: "", name: parent });
  const move = useChange(() => call("projects.move", { project: project.id, new_location: target.name } as never), {
    of: ["projects", "tasks", "models"], done: `${base} moved to ${target.name || "the top"}`, after: onClose,
  });
  return (
    <Dialog title={`Move ${base}`} confirm="Move" busy={move.isPending} disabled={target.name === parent} onClose={onClose} onConfirm={() => move.mutate()}>
      <ProjectField label="Inside of" value={target} onChange={setTarget} without={project.name} canBeEmpty autoFocus hint="Empty: to the top. A path that is not there yet is made." />
    </Dialog>
  );
}

const CONTENTS: Record<string, string> = {
  tasks: "Tasks", non_archived_tasks: "Tasks in use", models: "Models", non_archived_models: "Models in use", reports: "Reports", datasets: "Datasets", pipelines: "Pipelines",
};

export function DeleteProjectDialog({ project, onClose, onDone }: { project: Project; onClose: () => void; onDone?: () => void }) {
  const contents = useAnswer("projects.validate_delete", { project: project.id });
  const [withContents, setWithContents] = useState(false);
  const numbers = Object.entries(contents.data ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] > 0);
  const inUse = numbers.filter(([key]) => key.startsWith("non_archived") || ["datasets", "pipelines", "reports"].includes(key));
  const remove = useChange(() => call("projects.delete", { project: project.id, force: true, delete_contents: withContents } as never) as Promise<{ files?: { scheduled: number; not_deleted: string[] } }>, {
    of: ["projects", "tasks", "models", "organization"],
    after: (answer) => {
      const left = answer.files?.not_deleted.length ?? 0;
      toast(`${project.name} is deleted${left ? `; ${plural(left, "file")} in other places remain` : ""}`);
      onClose();
      onDone?.();
    },
  });
  const isEmpty = contents.isSuccess && numbers.length === 0;
  return (
    <Dialog title={`Delete ${project.name}?`} confirm="Delete" isDangerous busy={remove.isPending} disabled={!contents.isSuccess || (!isEmpty && !withContents)} onClose={onClose} onConfirm={() => remove.mutate()}>
      {contents.isPending ? <Loading what="Looking what is in it…" /> : null}
      {contents.isError ? <Problem error={contents.error} /> : null}
      {isEmpty ? <p>It is empty.</p> : null}
      {numbers.length > 0 ? (
        <>
          <Notice kind={inUse.length ? "warn" : "note"}>{inUse.length ? "It holds things that are in use." : "Everything in it is archived."}</Notice>
          <Facts facts={numbers.map(([key, value]) => ({ name: CONTENTS[key] ?? key.replaceAll("_", " "), value: count(value) }))} />
          <Check label="Delete all of that, too, with the projects below. Nothing brings it back." checked={withContents} onChange={setWithContents} />
        </>
      ) : null}
    </Dialog>
  );
}
