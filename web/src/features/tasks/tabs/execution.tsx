// What the task runs: code, changes, packages, container, output. Each section of a draft is edited by itself.
import { useState } from "react";
import { call } from "~/api/client";
import type { Container, Requirements, Script, Task } from "~/api/documents";
import { Button, CopyButton, Segments } from "~/design/button";
import { Code } from "~/design/code/lazy";
import { SelectField, TextField } from "~/design/field";
import { Facts, Notice } from "~/design/parts";
import { EditSection } from "~/editing/section";
import { useEdit } from "~/editing/use-edit";
import { asList } from "~/format";
import { usePreferences } from "~/preferences/preferences";
import { isEditable } from "../actions/eligibility";
import css from "../task.module.css";
import { readTask, useReread } from "../task-query";
import { redacted } from "./redact";
import { commitLink } from "./repository";

/** Reads one part of the task as the server has it now, and writes one. */
function useParts(task: Task) {
  const reread = useReread(task.id);
  return {
    reread,
    read: async <T,>(part: (task: Task) => T): Promise<T> => {
      const now = await readTask(task.id);
      if (!now) throw new Error("the task was deleted");
      return part(now);
    },
    edit: (body: Record<string, unknown>) => call("tasks.edit", { task: task.id, ...body } as never),
    /** Fields of the script beside those that are edited stay as they are at the server. */
    editScript: async (change: Partial<Script>) => {
      const now = await readTask(task.id);
      return call("tasks.edit", { task: task.id, script: { ...now?.script, ...change } } as never);
    },
  };
}

export function Execution({ task }: { task: Task }) {
  const canEdit = isEditable(task);
  return (
    <div className={css.pad}>
      {canEdit ? null : <p className="dimmer">Only drafts are edited: clone this task, or reset it.</p>}
      <Source task={task} canEdit={canEdit} />
      <Changes task={task} canEdit={canEdit} />
      <Packages task={task} canEdit={canEdit} />
      <ContainerSection task={task} canEdit={canEdit} />
      <Output task={task} canEdit={canEdit} />
    </div>
  );
}

interface SectionProps {
  task: Task;
  canEdit: boolean;
}

const SOURCE_FIELDS = ["repository", "branch", "tag", "version_num", "entry_point", "working_dir", "binary"] as const;
type SourceValue = Record<(typeof SOURCE_FIELDS)[number], string>;

function sourceOf(task: Task): SourceValue {
  return Object.fromEntries(SOURCE_FIELDS.map((name) => [name, task.script?.[name] ?? ""])) as SourceValue;
}

/** A commit wins over a tag, a tag over a branch: only one of them is meant. */
type Revision = "branch" | "tag" | "commit";

function revisionOf(value: SourceValue): Revision {
  if (value.version_num) return "commit";
  return value.tag ? "tag" : "branch";
}

function Source({ task, canEdit }: SectionProps) {
  const parts = useParts(task);
  const edit = useEdit("Source", sourceOf(task), { read: () => parts.read(sourceOf), write: (value) => parts.editScript(value), isCurrent: parts.reread });
  const { value } = edit;
  const [revision, setRevision] = useState<Revision>(revisionOf(value));
  const set = (name: keyof SourceValue) => (event: { target: { value: string } }) => edit.set({ ...value, [name]: event.target.value });
  const choose = (next: Revision) => {
    setRevision(next);
    if (next === "branch") edit.set({ ...value, version_num: "", tag: "" });
    if (next === "tag") edit.set({ ...value, version_num: "" });
  };
  const link = commitLink(value.repository, value.version_num || value.tag || value.branch);
  return (
    <EditSection title="Source" edit={edit} canEdit={canEdit}>
      {edit.isEditing ? (
        <div className="column">
          <TextField label="Repository" isMono value={value.repository} onChange={set("repository")} placeholder="none: the script itself is below" hint="https://…, ssh://…, git@…, or a path on the worker's machine" />
          <div className={css.fields}>
            <SelectField label="Which revision" value={revision} onChange={(event) => choose(event.target.value as Revision)} options={[{ value: "branch", label: "Newest of a branch" }, { value: "tag", label: "A tag" }, { value: "commit", label: "A commit" }]} />
            {revision === "tag" ? <TextField label="Tag" isMono value={value.tag} onChange={set("tag")} /> : <TextField label="Branch" isMono value={value.branch} onChange={set("branch")} placeholder="main" />}
            {revision === "commit" ? <TextField label="Commit" isMono value={value.version_num} onChange={set("version_num")} placeholder="40 hexadecimal digits" /> : null}
          </div>
          <div className={css.fields}>
            <TextField label="Script" isMono value={value.entry_point} onChange={set("entry_point")} placeholder="train.py, or -m package.module" />
            <TextField label="Working directory" isMono value={value.working_dir} onChange={set("working_dir")} placeholder="." />
            <TextField label="Python" isMono value={value.binary} onChange={set("binary")} placeholder="python3" />
          </div>
        </div>
      ) : (
        <Facts
          facts={[
            { name: "Repository", value: value.repository ? <Copied text={value.repository} {...(link ? { href: link } : {})} /> : <span className="dim">none: the script is below</span> },
            { name: "Branch", value: value.branch ? <span className="mono">{value.branch}</span> : "" },
            { name: "Tag", value: value.tag ? <span className="mono">{value.tag}</span> : "" },
            { name: "Commit", value: value.version_num ? <Copied text={value.version_num} {...(link ? { href: link } : {})} /> : value.repository ? <span className="dim">the newest when it starts</span> : "" },
            { name: "Script", value: <span className="mono">{value.entry_point}</span> },
            { name: "Working directory", value: <span className="mono">{value.working_dir || "."}</span> },
            { name: "Python", value: value.binary ? <span className="mono">{value.binary}</span> : "" },
          ]}
        />
      )}
    </EditSection>
  );
}

function Copied({ text, href }: { text: string; href?: string }) {
  return (
    <span className="row">
      {href ? (
        <a href={href} className="link mono" target="_blank" rel="noreferrer">
          {text}
        </a>
      ) : (
        <span className="mono">{text}</span>
      )}
      <CopyButton text={text} label="Copy" />
    </span>
  );
}

function Changes({ task, canEdit }: SectionProps) {
  const parts = useParts(task);
  const of = (one: Task) => one.script?.diff ?? "";
  const edit = useEdit(task.script?.repository ? "Uncommitted changes" : "Script", of(task), { read: () => parts.read(of), write: (diff) => parts.editScript({ diff }), isCurrent: parts.reread });
  const isScript = !task.script?.repository;
  return (
    <EditSection
      title={isScript ? "Script" : "Uncommitted changes"}
      edit={edit}
      canEdit={canEdit}
      actions={
        edit.isEditing ? (
          <Button isSmall kind="quiet" isDangerous disabled={!edit.value} onClick={() => edit.set("")}>
            Discard
          </Button>
        ) : edit.value ? (
          <CopyButton text={edit.value} label="Copy" />
        ) : null
      }
      theirs={(value) => <Code label="Theirs" value={value} language={isScript ? "python" : "diff"} maxHeight={300} />}
    >
      {edit.value || edit.isEditing ? (
        <Code label={isScript ? "Script" : "Uncommitted changes"} value={edit.value} language={isScript ? "python" : "diff"} autoFocus={edit.isEditing} {...(edit.isEditing ? { onChange: edit.set, onSave: edit.save } : {})} />
      ) : (
        <p className="dim">{isScript ? "No script was recorded." : "The commit was clean."}</p>
      )}
    </EditSection>
  );
}

type PackageKind = "pip" | "conda";
type PackagesValue = Record<PackageKind, string>;

function packagesOf(task: Task): PackagesValue {
  return { pip: asList(task.script?.requirements?.pip), conda: asList(task.script?.requirements?.conda) };
}

function Packages({ task, canEdit }: SectionProps) {
  const parts = useParts(task);
  const [kind, setKind] = useState<PackageKind>("pip");
  const edit = useEdit("Python packages", packagesOf(task), {
    read: () => parts.read(packagesOf),
    write: async (value) => {
      const requirements: Requirements = { ...task.script?.requirements, pip: value.pip };
      if (value.conda || task.script?.requirements?.conda) requirements.conda = value.conda;
      return parts.editScript({ requirements });
    },
    isCurrent: parts.reread,
  });
  const original = asList(task.script?.requirements?.orig_pip);
  const hasConda = Boolean(edit.value.conda) || edit.isEditing;
  const [shown, setShown] = useState<"now" | "original">("now");
  const text = shown === "original" ? original : edit.value[kind];
  return (
    <EditSection
      title="Python packages"
      edit={edit}
      canEdit={canEdit}
      actions={
        <>
          {edit.isEditing ? (
            <>
              {original && original !== edit.value.pip ? <Button isSmall kind="quiet" onClick={() => edit.set({ ...edit.value, pip: original })}>As they were recorded</Button> : null}
              <Button isSmall kind="quiet" isDangerous onClick={() => edit.set({ ...edit.value, [kind]: "" })}>Clear</Button>
            </>
          ) : original && original !== edit.value.pip ? (
            <Segments label="Which list" value={shown} onChange={setShown} options={[{ value: "now", label: "Now" }, { value: "original", label: "As recorded" }]} />
          ) : null}
          {hasConda ? <Segments label="Kind of packages" value={kind} onChange={setKind} options={[{ value: "pip", label: "pip" }, { value: "conda", label: "conda" }]} /> : null}
        </>
      }
      theirs={(value) => <Code label="Theirs" value={value[kind]} language="properties" maxHeight={300} />}
    >
      {text || edit.isEditing ? (
        <Code
          key={`${kind}${shown}`}
          label={kind === "pip" ? "Python packages" : "Conda packages"}
          value={text}
          language="properties"
          maxHeight={360}
          placeholder={"torch==2.4.0\nnumpy>=2"}
          {...(edit.isEditing ? { onChange: (next: string) => edit.set({ ...edit.value, [kind]: next }), onSave: edit.save } : {})}
        />
      ) : (
        <p className="dim">None are listed: the agent takes the repository's requirements.txt, if there is one.</p>
      )}
    </EditSection>
  );
}

type ContainerValue = Required<Container>;

function containerOf(task: Task): ContainerValue {
  return { image: task.container?.image ?? "", arguments: task.container?.arguments ?? "", setup_shell_script: task.container?.setup_shell_script ?? "" };
}

function ContainerSection({ task, canEdit }: SectionProps) {
  const parts = useParts(task);
  const { redactContainer = true } = usePreferences();
  const edit = useEdit("Container", containerOf(task), { read: () => parts.read(containerOf), write: (value) => parts.edit({ container: { ...task.container, ...value } }), isCurrent: parts.reread });
  const { value } = edit;
  return (
    <EditSection title="Container" edit={edit} canEdit={canEdit}>
      {edit.isEditing ? (
        <div className="column">
          <TextField label="Image" isMono value={value.image} onChange={(event) => edit.set({ ...value, image: event.target.value })} placeholder="none: runs in a virtual environment" />
          <TextField label="Arguments" isMono value={value.arguments} onChange={(event) => edit.set({ ...value, arguments: event.target.value })} placeholder="--ipc=host -v /data:/data" hint="Of docker run or podman run" />
          <div>
            <h3 style={{ paddingBottom: 4 }}>Setup script</h3>
            <Code label="Setup script" language="shell" value={value.setup_shell_script} onChange={(text) => edit.set({ ...value, setup_shell_script: text })} onSave={edit.save} maxHeight={240} placeholder="apt-get install -y libgl1" />
          </div>
        </div>
      ) : value.image || value.arguments || value.setup_shell_script ? (
        <div className="column">
          <Facts facts={[{ name: "Image", value: value.image ? <Copied text={value.image} /> : "" }, { name: "Arguments", value: value.arguments ? <span className="mono">{redactContainer ? redacted(value.arguments) : value.arguments}</span> : "" }]} />
          {value.setup_shell_script ? <Code label="Setup script" language="shell" value={value.setup_shell_script} maxHeight={240} /> : null}
        </div>
      ) : (
        <p className="dim">None: it runs in a virtual environment, or in the container that the agent comes with.</p>
      )}
    </EditSection>
  );
}

function Output({ task, canEdit }: SectionProps) {
  const parts = useParts(task);
  const of = (one: Task) => one.output?.destination ?? "";
  const edit = useEdit("Output", of(task), { read: () => parts.read(of), write: (destination) => parts.edit({ output_dest: destination }), isCurrent: parts.reread });
  return (
    <EditSection title="Output" edit={edit} canEdit={canEdit}>
      {edit.isEditing ? (
        <TextField label="Destination of models and artifacts" isMono value={edit.value} onChange={(event) => edit.set(event.target.value)} placeholder="the project's, else this server" hint="s3://bucket/folder, gs://…, azure://…, /shared/folder, or a file server" />
      ) : edit.value ? (
        <Copied text={edit.value} />
      ) : (
        <p className="dim">The project's destination, else this server's files.</p>
      )}
      {task.output?.error ? <Notice kind="bad">{task.output.error}</Notice> : null}
    </EditSection>
  );
}
