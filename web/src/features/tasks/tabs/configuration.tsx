// Hyperparameters by section, and configuration objects.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api";
import { Empty, SaveBar } from "../../../design/parts";
import { toast } from "../../../design/toast";
import type { HyperParameter, Task } from "../../../types";

export function Configuration({ task }: { task: Task }) {
  const client = useQueryClient();
  const [edited, setEdited] = useState<Record<string, HyperParameter>>({});
  const isDraft = task.status === "created";
  const save = useMutation({
    mutationFn: () => call("tasks.edit_hyper_params", { task: task.id, hyperparams: Object.values(edited) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["task", task.id] });
      setEdited({});
      toast("Saved");
    },
    onError: (error) => toast(error.message, true),
  });
  const sections = Object.entries(task.hyperparams ?? {}).filter(([, params]) => Object.keys(params).length > 0);
  const objects = Object.values(task.configuration ?? {});
  if (sections.length === 0 && objects.length === 0)
    return <Empty title="No parameters.">Those of argparse, and what `task.connect()` is given, appear here.</Empty>;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {isDraft ? null : <p className="dim">Only drafts are edited: clone this task, or reset it.</p>}
      {sections.map(([section, params]) => (
        <section key={section}>
          <h2>{section}</h2>
          <table className="params">
            <tbody>
              {Object.entries(params).map(([name, param]) => {
                const key = `${section}/${name}`;
                return (
                  <tr key={key}>
                    <th scope="row" title={param.description}>
                      {name}
                    </th>
                    <td>
                      <input
                        className="mono"
                        aria-label={key}
                        value={edited[key]?.value ?? param.value}
                        readOnly={!isDraft}
                        onChange={(event) => setEdited({ ...edited, [key]: { ...param, section, name, value: event.target.value } })}
                      />
                    </td>
                    <td className="dim">{param.type ?? ""}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      ))}
      {objects.map((object) => (
        <section key={object.name}>
          <h2>{object.name}</h2>
          <pre className="block">{object.value}</pre>
        </section>
      ))}
      {Object.keys(edited).length > 0 ? <SaveBar busy={save.isPending} onDiscard={() => setEdited({})} /> : null}
    </form>
  );
}
