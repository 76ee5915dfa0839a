// What went in and what came out: models, artifacts, audited data.
import { Download, ExternalLink, Plus, X } from "lucide-react";
import { useState } from "react";
import { call } from "~/api/client";
import type { Artifact, Model, Task } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { Button, CopyButton, IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { PickOne } from "~/design/pick";
import { Ago, Badge, Clamp, Empty, Panel } from "~/design/parts";
import { bytes, escapePattern, moment } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { isEditable } from "../actions/eligibility";
import css from "../task.module.css";
import { useReread } from "../task-query";

/** Only what a browser can fetch is a link. */
export function isWebAddress(uri: string): boolean {
  return /^https?:\/\//i.test(uri);
}

export function Place({ uri }: { uri: string | undefined }) {
  if (!uri) return <span className="dim">kept in the task</span>;
  return (
    <span className="row">
      <span className="mono cut" title={uri}>
        {uri}
      </span>
      <CopyButton text={uri} label="Copy the address" />
      {isWebAddress(uri) ? (
        <>
          <IconButton label="Save the file" isSmall onClick={() => window.open(withDownload(uri), "_blank", "noreferrer")}>
            <Download size={13} aria-hidden />
          </IconButton>
        </>
      ) : null}
    </span>
  );
}

function withDownload(uri: string): string {
  const url = new URL(uri);
  url.searchParams.set("download", "");
  return url.href;
}

export function Artifacts({ task }: { task: Task }) {
  const canEdit = isEditable(task);
  const artifacts = task.execution?.artifacts ?? [];
  const input = task.models?.input ?? [];
  const output = task.models?.output ?? [];
  const ids = [...new Set([...input, ...output].map((one) => (typeof one.model === "string" ? one.model : (one.model?.id ?? ""))).filter(Boolean))];
  const models = useAnswer("models.get_all_ex", { id: ids, only_fields: ["id", "name", "uri", "framework", "ready", "created", "tags"], page: 0, page_size: 500 }, { enabled: ids.length > 0 });
  const byId = new Map((models.data?.models ?? []).map((one) => [one.id, one]));
  const audit = artifacts.filter((one) => one.mode !== "input" && /data-audit/i.test(one.type ?? ""));
  const plain = artifacts.filter((one) => !audit.includes(one));
  const isEmpty = artifacts.length + input.length + output.length === 0;
  return (
    <div className={css.pad}>
      {isEmpty && !canEdit ? <Empty title="No artifacts">`task.upload_artifact()` and saved models appear here.</Empty> : null}
      {input.length > 0 || canEdit ? <Models title="Input models" task={task} kind="input" list={input} byId={byId} canEdit={canEdit} /> : null}
      {output.length > 0 ? <Models title="Output models" task={task} kind="output" list={output} byId={byId} canEdit={false} /> : null}
      {plain.length > 0 ? <ArtifactTable title="Artifacts" artifacts={plain} /> : null}
      {audit.length > 0 ? <ArtifactTable title="Data audit" artifacts={audit} /> : null}
    </div>
  );
}

function Models({ title, task, kind, list, byId, canEdit }: { title: string; task: Task; kind: "input" | "output"; list: NonNullable<NonNullable<Task["models"]>["input"]>; byId: Map<string, Model>; canEdit: boolean }) {
  const reread = useReread(task.id);
  const [isAsked, setAsked] = useState<string | null>(null);
  const remove = useChange((name: string) => call("tasks.delete_models", { task: task.id, models: [{ name, type: kind }] } as never), { of: ["tasks", "models"], after: () => void reread() });
  return (
    <Panel title={title} isFlush actions={canEdit ? <Button isSmall kind="quiet" icon={<Plus size={13} aria-hidden />} onClick={() => setAsked("")}>Add</Button> : null}>
      {list.length === 0 ? <p className="dim" style={{ padding: "10px 14px" }}>None.</p> : null}
      {list.length > 0 ? (
        <table className={css.table}>
          <tbody>
            {list.map((one) => {
              const id = typeof one.model === "string" ? one.model : (one.model?.id ?? "");
              const model = byId.get(id);
              return (
                <tr key={one.name + id}>
                  <th scope="row">{id.startsWith("__DELETED__") ? <span className="dim">{one.name} (deleted)</span> : <Link href={to.model(id)} className="link">{model?.name ?? one.name}</Link>}</th>
                  <td className="dim">{one.name}</td>
                  <td>{model?.framework ? <Badge>{model.framework}</Badge> : null}</td>
                  <td style={{ maxWidth: 360 }}>{model?.uri ? <Place uri={model.uri} /> : null}</td>
                  <td className="dim">{model?.created ? <Ago at={model.created} /> : null}</td>
                  <td className={css.right}>
                    {canEdit ? (
                      <>
                        <Button isSmall kind="quiet" onClick={() => setAsked(one.name)}>Replace</Button>
                        <IconButton label={`Remove ${one.name}`} isSmall onClick={() => remove.mutate(one.name)}>
                          <X size={13} aria-hidden />
                        </IconButton>
                      </>
                    ) : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
      {isAsked !== null ? <PickModel task={task} name={isAsked} taken={list.map((one) => one.name)} onClose={() => setAsked(null)} onDone={() => { setAsked(null); void reread(); }} /> : null}
    </Panel>
  );
}

function PickModel({ task, name, taken, onClose, onDone }: { task: Task; name: string; taken: readonly string[]; onClose: () => void; onDone: () => void }) {
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState("");
  const found = useAnswer("models.get_all_ex", { only_fields: ["id", "name", "project.name", "framework"], order_by: ["-last_update"], page: 0, page_size: 50, ...(search ? { _any_: { pattern: escapePattern(search), fields: ["name", "id"] } } : {}) }, { keeps: true });
  const models = found.data?.models ?? [];
  const save = useChange(
    () => {
      const model = models.find((one) => one.id === chosen);
      let key = name || model?.name || "model";
      for (let copy = 2; !name && taken.includes(key); copy += 1) key = `${model?.name ?? "model"} ${copy}`;
      return call("tasks.add_or_update_model", { task: task.id, name: key, model: chosen, type: "input" } as never);
    },
    { of: ["tasks", "models"], done: "The input model is set", after: onDone },
  );
  return (
    <Dialog title={name ? `Replace ${name}` : "Add an input model"} confirm={name ? "Replace" : "Add"} busy={save.isPending} disabled={!chosen} onClose={onClose} onConfirm={() => save.mutate()}>
      <PickOne label="Model" autoFocus value={chosen} isLoading={found.isFetching} onSearch={setSearch} items={models.map((one) => ({ value: one.id, label: one.name, hint: [one.project?.name, one.framework].filter(Boolean).join(", ") }))} onChange={setChosen} />
    </Dialog>
  );
}

function ArtifactTable({ title, artifacts }: { title: string; artifacts: readonly Artifact[] }) {
  return (
    <Panel title={title} isFlush>
      {artifacts.map((one) => (
        <details key={one.key + (one.mode ?? "")} style={{ borderBottom: "1px solid var(--line)" }}>
          <summary className="row" style={{ padding: "6px 14px", cursor: "pointer", fontSize: "var(--size-2)" }}>
            <span style={{ minWidth: 160, fontWeight: 500, overflowWrap: "anywhere" }}>{one.key}</span>
            {one.type ? <Badge>{one.type}</Badge> : null}
            <span className="dim" style={{ minWidth: 70, textAlign: "right" }}>{bytes(one.content_size)}</span>
            <span className="grow" />
            {one.uri && isWebAddress(one.uri) ? <ExternalLink size={13} aria-hidden className="dimmer" /> : null}
          </summary>
          <div className="column" style={{ padding: "4px 14px 12px" }}>
            <Place uri={one.uri} />
            <dl className="row wrap dim" style={{ gap: "4px 18px", fontSize: "var(--size-2)" }}>
              {one.timestamp ? <span>made {moment(one.timestamp * (one.timestamp < 1e11 ? 1000 : 1))}</span> : null}
              {one.hash ? <span className="mono">hash {one.hash}</span> : null}
              {one.type_data?.content_type ? <span>{one.type_data.content_type}</span> : null}
              {(one.display_data ?? []).map(([key, value]) => (
                <span key={key}>
                  {key}: {value}
                </span>
              ))}
            </dl>
            {one.type_data?.preview ? (
              <div style={{ background: "var(--bg-sunken)", borderRadius: 6, padding: "8px 12px", fontSize: 12 }}>
                <Clamp text={one.type_data.preview} lines={12} isMono />
              </div>
            ) : null}
          </div>
        </details>
      ))}
    </Panel>
  );
}
