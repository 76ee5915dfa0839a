// A task made by hand: what to run, with what, where.
import { useState } from "react";
import { call } from "~/api/client";
import { useAnswer, useChange } from "~/api/queries";
import { Dialog } from "~/design/dialog";
import { Check, SelectField, TextArea, TextField } from "~/design/field";
import { toast } from "~/design/toast";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import { ProjectField, type ProjectChoice } from "../projects/project-choice";
import { QueueField, rememberQueue, type QueueChoice } from "./actions/queue-choice";
import { parseArguments } from "./arguments";

const TYPES = ["training", "testing", "inference", "data_processing", "application", "monitor", "controller", "optimizer", "service", "qc", "custom"] as const;

export function NewTaskDialog({ project: given, onClose }: { project: ProjectChoice; onClose: () => void }) {
  const go = useGo();
  const [name, setName] = useState("");
  const [project, setProject] = useState(given);
  const [type, setType] = useState<(typeof TYPES)[number]>("training");
  const [code, setCode] = useState<"repository" | "script">("repository");
  const [repository, setRepository] = useState("");
  const [branch, setBranch] = useState("");
  const [commit, setCommit] = useState("");
  const [entry, setEntry] = useState("");
  const [folder, setFolder] = useState("");
  const [script, setScript] = useState("");
  const [args, setArgs] = useState("");
  const [packages, setPackages] = useState("");
  const [image, setImage] = useState("");
  const [output, setOutput] = useState("");
  const [isQueued, setQueued] = useState(false);
  const [queue, setQueue] = useState<QueueChoice | null>(null);
  const parsed = parseArguments(args);
  const projects = useAnswer("projects.get_all_ex", { name: `^${project.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`, only_fields: ["id", "name"] }, { enabled: Boolean(project.name && !project.id) });
  const create = useChange(
    async () => {
      const projectId = project.id || projects.data?.projects[0]?.id || (project.name ? (await call("projects.create", { name: project.name } as never)).id : undefined);
      const { id } = await call("tasks.create", {
        name: name.trim(), type, ...(projectId ? { project: projectId } : {}),
        script: {
          ...(code === "repository" ? { repository: repository.trim(), branch: branch.trim(), version_num: commit.trim(), diff: "" } : { diff: script }),
          entry_point: entry.trim() || (code === "script" ? "script.py" : ""), working_dir: folder.trim() || ".", ...(packages.trim() ? { requirements: { pip: packages } } : {}),
        },
        hyperparams: Object.keys(parsed).length ? { Args: Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, { section: "Args", name: key, value }])) } : {},
        ...(image.trim() ? { container: { image: image.trim() } } : {}),
        ...(output.trim() ? { output_dest: output.trim() } : {}),
      } as never);
      if (isQueued && queue) {
        await call("tasks.enqueue", { task: id, ...(queue.isNew ? { queue_name: queue.name } : { queue: queue.id }) });
        if (!queue.isNew) rememberQueue(queue.id);
      }
      return id;
    },
    {
      of: ["tasks", "projects", "queues"],
      after: (id) => {
        onClose();
        toast(isQueued ? `${name.trim()} waits in ${queue?.name ?? "the queue"}` : `${name.trim()} is a draft`);
        go(to.task(id, isQueued ? "console" : "exec"));
      },
    },
  );
  const isReady = name.trim().length >= 3 && (code === "repository" ? Boolean(repository.trim() && entry.trim()) : Boolean(script.trim())) && (!isQueued || queue !== null);
  return (
    <Dialog title="New task" size="wide" confirm={isQueued ? "Create and enqueue" : "Create a draft"} busy={create.isPending} disabled={!isReady} onClose={onClose} onConfirm={() => create.mutate()}>
      <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(210px, 1fr))", gap: 12 }}>
        <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        <ProjectField value={project} onChange={setProject} canBeEmpty />
        <SelectField label="Type" value={type} onChange={(event) => setType(event.target.value as typeof type)} options={TYPES.map((value) => ({ value, label: value.replaceAll("_", " ") }))} />
      </div>
      <SelectField label="Code" value={code} onChange={(event) => setCode(event.target.value as typeof code)} options={[{ value: "repository", label: "From a git repository" }, { value: "script", label: "A script, typed here" }]} />
      {code === "repository" ? (
        <>
          <TextField label="Repository" isMono value={repository} onChange={(event) => setRepository(event.target.value)} placeholder="https://github.com/me/project.git" />
          <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(160px, 1fr))", gap: 12 }}>
            <TextField label="Branch" isMono value={branch} onChange={(event) => setBranch(event.target.value)} placeholder="main" />
            <TextField label="Commit" isMono value={commit} onChange={(event) => setCommit(event.target.value)} placeholder="the newest" />
            <TextField label="Script" isMono value={entry} onChange={(event) => setEntry(event.target.value)} placeholder="train.py" />
            <TextField label="Working directory" isMono value={folder} onChange={(event) => setFolder(event.target.value)} placeholder="." />
          </div>
        </>
      ) : (
        <>
          <TextField label="File name" isMono value={entry} onChange={(event) => setEntry(event.target.value)} placeholder="script.py" />
          <TextArea label="Script" isMono rows={9} value={script} onChange={(event) => setScript(event.target.value)} placeholder={'print("hello")'} />
        </>
      )}
      <TextField label="Arguments" isMono value={args} onChange={(event) => setArgs(event.target.value)} placeholder="--epochs 10 --lr=0.1 --fast" hint={Object.keys(parsed).length ? `Parameters: ${Object.entries(parsed).map(([key, value]) => `${key}=${value}`).join(", ")}` : "As on a command line; they become parameters of the section Args"} />
      <TextArea label="Python packages" isMono rows={3} value={packages} onChange={(event) => setPackages(event.target.value)} placeholder="none: the repository's requirements.txt" />
      <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(210px, 1fr))", gap: 12 }}>
        <TextField label="Container image" isMono value={image} onChange={(event) => setImage(event.target.value)} placeholder="none" />
        <TextField label="Output destination" isMono value={output} onChange={(event) => setOutput(event.target.value)} placeholder="this server's files" />
      </div>
      <Check label="Put it into a queue at once" checked={isQueued} onChange={setQueued} />
      {isQueued ? <QueueField value={queue} onChange={setQueue} /> : null}
    </Dialog>
  );
}
