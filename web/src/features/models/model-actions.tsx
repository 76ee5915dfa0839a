// What can be done with models, one or many.
import { Archive, ArchiveRestore, ChartLine, Copy, Download, ExternalLink, FolderInput, Send, Tags, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { call } from "~/api/client";
import type { Model } from "~/api/documents";
import { useChange } from "~/api/queries";
import { copyText } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { Check } from "~/design/field";
import type { MenuEntry } from "~/design/menu";
import { Notice } from "~/design/parts";
import { toast } from "~/design/toast";
import { plural } from "~/format";
import { to } from "~/routes";
import { useGo } from "~/shell/link";
import { ProjectField, type ProjectChoice } from "../projects/project-choice";
import { runMany, type ManyAction } from "../tasks/actions/many";
import { TagsDialog } from "../tasks/actions/tags-dialog";
import { isWebAddress } from "../tasks/tabs/artifacts";

const ICON = { size: 14, strokeWidth: 1.9, "aria-hidden": true } as const;

export type ModelAction = "publish" | "archive" | "restore" | "delete" | "move" | "tags";

export const isArchivedModel = (model: Model) => model.system_tags?.includes("archived") ?? false;

/** Why this cannot be done with this model now; null when it can. Pure. */
export function whyNotModel(action: ModelAction, model: Model): string | null {
  const isArchived = isArchivedModel(model);
  if (model.company?.id === "") return "an example, which is nobody's to change";
  switch (action) {
    case "publish": return model.ready ? "it is published" : null;
    case "archive": return isArchived ? "it is archived" : null;
    case "restore": return isArchived ? null : "it is not archived";
    case "delete": return isArchived ? null : "only archived models are deleted";
    case "move":
    case "tags": return null;
  }
}

const ENDPOINTS = { publish: "models.publish_many", archive: "models.archive_many", restore: "models.unarchive_many", delete: "models.delete_many" } as const satisfies Record<string, ManyAction>;
const DONE = { publish: "published", archive: "archived", restore: "restored", delete: "deleted" } as const;

function subject(models: readonly Model[]): string {
  return models.length === 1 ? (models[0]?.name ?? "") : plural(models.length, "model");
}

export function useModelActions({ onGone }: { onGone?: () => void } = {}): { menu: (models: readonly Model[]) => MenuEntry[]; ask: (action: ModelAction, models: readonly Model[]) => void; element: ReactNode } {
  const go = useGo();
  const [asked, setAsked] = useState<{ action: ModelAction; models: readonly Model[] } | null>(null);
  const run = useChange(
    async ({ action, models, extra = {} }: { action: keyof typeof ENDPOINTS; models: readonly Model[]; extra?: Record<string, unknown> }) => ({ action, models, outcome: await runMany(ENDPOINTS[action], models.map((model) => model.id), extra, () => undefined) }),
    {
      of: ["models", "tasks", "projects"],
      after: ({ action, models, outcome }) => {
        setAsked(null);
        const failed = outcome.failed[0];
        if (failed) toast(`${plural(outcome.failed.length, "model")} refused: ${failed.reason}`, { isError: true });
        if (outcome.done === 0) return;
        const back = action === "archive" ? "restore" : action === "restore" ? "archive" : null;
        toast(`${models.length === 1 ? models[0]?.name : plural(outcome.done, "model")}: ${DONE[action]}`, back ? { undo: () => run.mutate({ action: back, models }) } : {});
        if (outcome.left.length > 0) toast(`${plural(outcome.left.length, "file")} can only be deleted by their owner: ${outcome.left.slice(0, 3).join(", ")}`, { isError: true });
        if (action === "archive" || action === "delete") onGone?.();
      },
    },
  );
  const ask = (action: ModelAction, models: readonly Model[]) => {
    const able = models.filter((model) => whyNotModel(action, model) === null);
    const first = models[0];
    if (able.length === 0) return first && toast(`${first.name}: ${whyNotModel(action, first)}`, { isError: true });
    if (action === "archive" || action === "restore") return run.mutate({ action, models: able });
    setAsked({ action, models: able });
  };
  const menu = (models: readonly Model[]): MenuEntry[] => {
    const one = models.length === 1 ? models[0] : undefined;
    const entry = (action: ModelAction, label: string, icon: ReactNode, isDangerous = false): MenuEntry => {
      const able = models.filter((model) => whyNotModel(action, model) === null).length;
      return { label, icon, isDangerous, disabled: able === 0 && models[0] ? (whyNotModel(action, models[0]) ?? undefined) : undefined, count: models.length > 1 ? able : undefined, run: () => ask(action, models) };
    };
    const isArchived = models.every(isArchivedModel);
    return [
      ...(one ? [{ label: "Open", icon: <ExternalLink {...ICON} />, run: () => go(to.model(one.id)) }] : []),
      entry("publish", "Publish…", <Send {...ICON} />),
      { label: models.length > 1 ? "Compare" : "Compare with…", icon: <ChartLine {...ICON} />, run: () => go(to.compare(models.map((model) => model.id), "details", "models")) },
      entry("tags", "Tags…", <Tags {...ICON} />),
      entry("move", "Move to a project…", <FolderInput {...ICON} />),
      "divider",
      ...(one?.uri && isWebAddress(one.uri) ? [{ label: "Save the file", icon: <Download {...ICON} />, run: () => void window.open(one.uri, "_blank", "noreferrer") }] : []),
      { label: one ? "Copy the id" : "Copy the ids", icon: <Copy {...ICON} />, run: () => void copyText(models.map((model) => model.id).join("\n")).then(() => toast("Copied")) },
      "divider",
      isArchived ? entry("restore", "Restore", <ArchiveRestore {...ICON} />) : entry("archive", "Archive", <Archive {...ICON} />),
      ...(isArchived ? [entry("delete", "Delete…", <Trash2 {...ICON} />, true)] : []),
    ];
  };
  const element = asked === null ? null : asked.action === "tags" ? (
    <TagsDialog tasks={asked.models} kind="models" onClose={() => setAsked(null)} />
  ) : asked.action === "move" ? (
    <MoveModels models={asked.models} onClose={() => setAsked(null)} />
  ) : asked.action === "delete" ? (
    <DeleteModels models={asked.models} busy={run.isPending} onClose={() => setAsked(null)} onConfirm={(extra) => run.mutate({ action: "delete", models: asked.models, extra })} />
  ) : (
    <Dialog title={`Publish ${subject(asked.models)}?`} confirm="Publish" busy={run.isPending} onClose={() => setAsked(null)} onConfirm={() => run.mutate({ action: "publish", models: asked.models })}>
      <p>A published model is kept as it is: others may rely on it.</p>
    </Dialog>
  );
  return { menu, ask, element };
}

function MoveModels({ models, onClose }: { models: readonly Model[]; onClose: () => void }) {
  const [project, setProject] = useState<ProjectChoice>({ id: "", name: "" });
  const move = useChange(() => call("models.move", { ids: models.map((model) => model.id), ...(project.id ? { project: project.id } : { project_name: project.name }) } as never), { of: ["models", "projects"], done: () => `${subject(models)} moved to ${project.name}`, after: onClose });
  return (
    <Dialog title={`Move ${subject(models)}`} confirm="Move" busy={move.isPending} disabled={!project.id && !project.name.trim()} onClose={onClose} onConfirm={() => move.mutate()}>
      <ProjectField value={project} onChange={setProject} autoFocus hint="A path that is not there yet is made: vision/detection" />
    </Dialog>
  );
}

function DeleteModels({ models, busy, onClose, onConfirm }: { models: readonly Model[]; busy: boolean; onClose: () => void; onConfirm: (extra: Record<string, unknown>) => void }) {
  const published = models.some((model) => model.ready);
  const [force, setForce] = useState(false);
  return (
    <Dialog title={`Delete ${subject(models)}?`} confirm="Delete" isDangerous busy={busy} disabled={published && !force} onClose={onClose} onConfirm={() => onConfirm({ ...(force ? { force: true } : {}), delete_external_artifacts: true })}>
      <p>The models and their files on this server are gone then. Files in buckets and on other servers stay, and are named.</p>
      {published ? (
        <>
          <Notice kind="warn">Some of them are published: others may rely on them.</Notice>
          <Check label="Delete published ones, too" checked={force} onChange={setForce} />
        </>
      ) : null}
    </Dialog>
  );
}
