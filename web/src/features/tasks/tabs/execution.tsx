// What the task runs. A draft's fields are edited in place and saved together.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api";
import { SaveBar } from "../../../design/parts";
import { toast } from "../../../design/toast";
import type { Script, Task } from "../../../types";

const FIELDS: { name: keyof Script & string; label: string; hint: string }[] = [
  { name: "repository", label: "Repository", hint: "none: the script itself is below, as its changes" },
  { name: "branch", label: "Branch", hint: "" },
  { name: "version_num", label: "Commit", hint: "empty: the newest of the branch" },
  { name: "entry_point", label: "Script", hint: "" },
  { name: "working_dir", label: "Working directory", hint: "." },
  { name: "binary", label: "Python", hint: "python3" },
];

function packages(script: Script): string {
  const pip = script.requirements?.pip;
  return Array.isArray(pip) ? pip.join("\n") : (pip ?? "");
}

export function Execution({ task }: { task: Task }) {
  const client = useQueryClient();
  const script = task.script ?? {};
  const [values, setValues] = useState<Record<string, string>>({});
  const isDraft = task.status === "created";
  const value = (name: string, stored: string) => values[name] ?? stored;
  const set = (name: string) => (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value });
  const save = useMutation({
    mutationFn: () => {
      const edited: Record<string, unknown> = { ...script };
      for (const { name } of FIELDS) if (values[name] !== undefined) edited[name] = values[name];
      if (values.diff !== undefined) edited.diff = values.diff;
      if (values.packages !== undefined) edited.requirements = { ...script.requirements, pip: values.packages };
      const container = {
        ...task.container,
        ...(values.image !== undefined ? { image: values.image } : {}),
        ...(values.arguments !== undefined ? { arguments: values.arguments } : {}),
        ...(values.setup !== undefined ? { setup_shell_script: values.setup } : {}),
      };
      return call("tasks.edit", { task: task.id, script: edited, container });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["task", task.id] });
      setValues({});
      toast("Saved");
    },
    onError: (error) => toast(error.message, true),
  });
  const field = (name: string, label: string, stored: string, hint = "") => (
    <label key={name}>
      {label}
      <input className="mono" value={value(name, stored)} readOnly={!isDraft} placeholder={hint} onChange={set(name)} />
    </label>
  );
  const area = (name: string, label: string, stored: string, rows: number) => (
    <label key={name}>
      {label}
      <textarea className="mono" rows={rows} spellCheck={false} value={value(name, stored)} readOnly={!isDraft} onChange={set(name)} />
    </label>
  );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {isDraft ? null : <p className="dim">Only drafts are edited: clone this task, or reset it.</p>}
      <h2>Source</h2>
      <div className="grid">{FIELDS.map(({ name, label, hint }) => field(name, label, String(script[name] ?? ""), hint))}</div>
      {area("diff", script.repository ? "Uncommitted changes" : "Script", script.diff ?? "", 14)}
      {area("packages", "Python packages", packages(script), 8)}
      <h2>Container</h2>
      <div className="grid">
        {field("image", "Image", task.container?.image ?? "", "none: runs in a virtual environment")}
        {field("arguments", "Arguments", task.container?.arguments ?? "")}
      </div>
      {area("setup", "Setup script", task.container?.setup_shell_script ?? "", 3)}
      {Object.keys(values).length > 0 ? <SaveBar busy={save.isPending} onDiscard={() => setValues({})} /> : null}
    </form>
  );
}
