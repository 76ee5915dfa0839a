// Hyperparameters by section, user properties, and configuration objects.
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { call } from "~/api/client";
import type { ConfigurationObject, HyperParameter, Task } from "~/api/documents";
import { Button, CopyButton, IconButton } from "~/design/button";
import { Code } from "~/design/code/lazy";
import { guessLanguage } from "~/design/code/guess";
import { Dialog } from "~/design/dialog";
import { SearchField, TextField } from "~/design/field";
import { Empty } from "~/design/parts";
import { EditSection } from "~/editing/section";
import { useUnsaved } from "~/editing/dirty";
import { useEdit } from "~/editing/use-edit";
import { plural } from "~/format";
import { isEditable, isPublic, isPublished } from "../actions/eligibility";
import css from "../task.module.css";
import { readTask, useReread } from "../task-query";
import { NamedValues } from "./named-values";
import { sectionChanges, sectionProblem, type Row } from "./parameters";

const PROPERTIES = "properties";

export function Configuration({ task }: { task: Task }) {
  const [search, setSearch] = useState("");
  const [added, setAdded] = useState<string[]>([]);
  const [asked, setAsked] = useState<"section" | "object" | null>(null);
  const canEdit = isEditable(task);
  const sections = Object.keys(task.hyperparams ?? {}).filter((name) => name !== PROPERTIES && Object.keys(task.hyperparams?.[name] ?? {}).length > 0);
  const unsaved = useUnsaved().map((one) => one.label);
  // What is being edited stays, also when somebody else took it away meanwhile.
  const kept = Object.keys(useSeen(task.hyperparams)).filter((name) => name !== PROPERTIES && unsaved.includes(name));
  const shown = [...new Set([...sections, ...added, ...kept])];
  const seenObjects = useSeen(task.configuration);
  const objects = [...Object.values(task.configuration ?? {}), ...Object.values(seenObjects).filter((one) => !task.configuration?.[one.name] && unsaved.includes(one.name))];
  const isEmpty = shown.length === 0 && objects.length === 0;
  return (
    <div className={css.pad}>
      <div className={css.filters}>
        <SearchField label="Find a parameter or a value" value={search} onChange={setSearch} wait={80} width={280} data-page-search />
        <span className="grow" />
        {canEdit ? (
          <>
            <Button isSmall kind="quiet" icon={<Plus size={13} aria-hidden />} onClick={() => setAsked("section")}>
              Section
            </Button>
            <Button isSmall kind="quiet" icon={<Plus size={13} aria-hidden />} onClick={() => setAsked("object")}>
              Configuration object
            </Button>
          </>
        ) : (
          <span className="dimmer">Only drafts are edited: clone this task, or reset it.</span>
        )}
      </div>
      {isEmpty ? <Empty title="No parameters">Those of argparse, and what `task.connect()` is given, appear here.</Empty> : null}
      {shown.map((name) => (
        <Section key={name} task={task} name={name} canEdit={canEdit} search={search} />
      ))}
      {objects.map((object) => (
        <ObjectSection key={object.name} task={task} object={object} canEdit={canEdit} search={search} />
      ))}
      <Section task={task} name={PROPERTIES} title="User properties" canEdit={!isPublic(task) && !isPublished(task)} search={search} />
      {asked === "section" ? (
        <NewName title="New section" label="Name of the section" taken={[...shown, PROPERTIES]} onClose={() => setAsked(null)} onName={(name) => { setAdded([...added, name]); setAsked(null); }} />
      ) : null}
      {asked === "object" ? <NewObject task={task} taken={objects.map((one) => one.name)} onClose={() => setAsked(null)} /> : null}
    </div>
  );
}

/** What there is and what there was while the page was open. */
function useSeen<T>(now: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> {
  const [seen, setSeen] = useState<Readonly<Record<string, T>>>(now ?? {});
  useEffect(() => setSeen((before) => ({ ...before, ...now })), [now]);
  return seen;
}

function rowsOf(task: Task, section: string): Row[] {
  return Object.values(task.hyperparams?.[section] ?? {}).map(({ name, value, type = "", description = "" }) => ({ name, value: value ?? "", type, description }));
}

function matches(row: Row, search: string): boolean {
  const text = search.trim().toLowerCase();
  return !text || row.name.toLowerCase().includes(text) || row.value.toLowerCase().includes(text);
}

function Section({ task, name, title, canEdit, search }: { task: Task; name: string; title?: string; canEdit: boolean; search: string }) {
  const reread = useReread(task.id);
  const edit = useEdit(title ?? name, rowsOf(task, name), {
    read: async () => {
      const now = await readTask(task.id);
      return now ? rowsOf(now, name) : [];
    },
    write: async (rows, base) => {
      const { set, remove } = sectionChanges(base, rows);
      if (remove.length) await call("tasks.delete_hyper_params", { task: task.id, hyperparams: remove.map((key) => ({ section: name, name: key })) } as never);
      if (set.length) await call("tasks.edit_hyper_params", { task: task.id, hyperparams: set.map((row) => ({ section: name, ...row })) as HyperParameter[] } as never);
    },
    isCurrent: reread,
  });
  const rows = edit.value;
  const valueLabel = (row: Row) => `${name}/${row.name}`;
  const problem = edit.isEditing ? sectionProblem(rows) : null;
  const visible = useMemo(() => rows.map((row, index) => ({ row, index })).filter(({ row }) => edit.isEditing || matches(row, search)), [rows, search, edit.isEditing]);
  const change = (index: number, part: Partial<Row>) => edit.set(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  if (search && !edit.isEditing && visible.length === 0) return null;
  if (name === PROPERTIES && rows.length === 0 && !canEdit) return null;
  return (
    <EditSection
      title={title ?? name}
      edit={problem ? { ...edit, isDirty: false } : edit}
      canEdit={canEdit}
      actions={
        edit.isEditing ? (
          <Button isSmall kind="quiet" icon={<Plus size={13} aria-hidden />} onClick={() => edit.set([...rows, { name: "", value: "", type: "", description: "" }])}>
            Parameter
          </Button>
        ) : (
          <span className="dimmer">{rows.length ? plural(rows.length, "parameter") : ""}</span>
        )
      }
      theirs={(value) => <NamedValues noun="parameter" rows={value.map((row, index) => ({ row, index }))} valueLabel={valueLabel} />}
    >
      {problem ? <p style={{ color: "var(--bad)", paddingBottom: 8 }}>{problem}</p> : null}
      {rows.length === 0 && !edit.isEditing ? <p className="dim">{name === PROPERTIES ? "None. Notes of your own, kept with the task in any state." : "Nothing in it yet."}</p> : null}
      <NamedValues noun="parameter" rows={visible} valueLabel={valueLabel} {...(edit.isEditing ? { onChange: change, onRemove: (index: number) => edit.set(rows.filter((_, at) => at !== index)) } : {})} />
    </EditSection>
  );
}

function ObjectSection({ task, object, canEdit, search }: { task: Task; object: ConfigurationObject; canEdit: boolean; search: string }) {
  const reread = useReread(task.id);
  const [isAsked, setAsked] = useState(false);
  const edit = useEdit(object.name, object.value ?? "", {
    read: async () => (await readTask(task.id))?.configuration?.[object.name]?.value ?? "",
    write: (value) => call("tasks.edit_configuration", { task: task.id, configuration: [{ ...object, value }] } as never),
    isCurrent: reread,
  });
  const remove = async () => {
    await call("tasks.delete_configuration", { task: task.id, configuration: [object.name] } as never);
    setAsked(false);
    await reread();
  };
  const text = search.trim().toLowerCase();
  if (text && !edit.isEditing && !object.name.toLowerCase().includes(text) && !edit.value.toLowerCase().includes(text)) return null;
  const language = guessLanguage(`${object.name}.${object.type ?? ""}`, edit.value);
  const save = () => {
    const url = URL.createObjectURL(new Blob([edit.value], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${object.name.replace(/[^\w.-]+/g, "_")}.${language === "text" ? "txt" : language === "python" ? "py" : language}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <EditSection
      title={object.name}
      edit={edit}
      canEdit={canEdit}
      actions={
        <>
          {canEdit && !edit.isEditing ? (
            <IconButton label={`Delete ${object.name}`} isSmall isDangerous onClick={() => setAsked(true)}>
              <Trash2 size={13} aria-hidden />
            </IconButton>
          ) : null}
          {edit.isEditing ? null : (
            <>
              <Button isSmall kind="quiet" onClick={save}>
                Save as
              </Button>
              <CopyButton text={edit.value} label={`Copy ${object.name}`} />
            </>
          )}
        </>
      }
      theirs={(value) => <Code label="Theirs" value={value} language={language} maxHeight={300} />}
    >
      <Code key={String(edit.isEditing)} label={object.name} value={edit.value} language={language} maxHeight={520} autoFocus={edit.isEditing} {...(edit.isEditing ? { onChange: edit.set, onSave: edit.save } : {})} />
      {isAsked ? (
        <Dialog title={`Delete ${object.name}?`} confirm="Delete" isDangerous onClose={() => setAsked(false)} onConfirm={() => void remove()}>
          <p>The configuration object is removed from this draft.</p>
        </Dialog>
      ) : null}
    </EditSection>
  );
}

function NewName({ title, label, taken, onName, onClose }: { title: string; label: string; taken: readonly string[]; onName: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const error = taken.includes(name.trim()) ? "There is one of this name" : null;
  return (
    <Dialog title={title} confirm="Add" disabled={!name.trim() || error !== null} onClose={onClose} onConfirm={() => onName(name.trim())}>
      <TextField label={label} autoFocus value={name} error={error} onChange={(event) => setName(event.target.value)} />
    </Dialog>
  );
}

function NewObject({ task, taken, onClose }: { task: Task; taken: readonly string[]; onClose: () => void }) {
  const reread = useReread(task.id);
  return (
    <NewName
      title="New configuration object"
      label="Name of the object"
      taken={taken}
      onClose={onClose}
      onName={(name) => {
        void call("tasks.edit_configuration", { task: task.id, configuration: [{ name, value: "" }] } as never).then(reread).then(onClose);
      }}
    />
  );
}
