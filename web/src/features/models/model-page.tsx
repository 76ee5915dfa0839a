// One model: what it is, where it is, what it came from, what uses it.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { ChevronDown, Plus } from "lucide-react";
import { call } from "~/api/client";
import type { Model } from "~/api/documents";
import { useAnswer, forget } from "~/api/queries";
import { useQueryClient } from "@tanstack/react-query";
import { later } from "~/design/later";
import { Button, CopyButton, IconButton } from "~/design/button";
import { Code } from "~/design/code/lazy";
import { TextArea } from "~/design/field";
import { Menu } from "~/design/menu";
import { Ago, Badge, Empty, Facts, Loading, Panel, Problem, Tag } from "~/design/parts";
import { StatusIcon } from "~/design/status";
import { Tabs } from "~/design/tabs";
import { EditSection } from "~/editing/section";
import { useEdit } from "~/editing/use-edit";
import { moment } from "~/format";
import { MODEL_TABS, to, type ModelTab } from "~/routes";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { NotFound } from "../session/not-found";
import { Place } from "../tasks/tabs/artifacts";
import { NamedValues } from "../tasks/tabs/named-values";
import css from "../tasks/task.module.css";
import { isArchivedModel, useModelActions, whyNotModel } from "./model-actions";

const Scalars = later(() => import("../tasks/scalars/scalars").then((module) => module.Scalars));
const Plots = later(() => import("../tasks/plots/plots").then((module) => module.Plots));

const NAMES: Record<ModelTab, string> = { general: "General", network: "Network", scalars: "Scalars", plots: "Plots" };

async function readModel(id: string): Promise<Model | undefined> {
  return (await call("models.get_by_id_ex", { id: [id] } as never)).models[0];
}

export function ModelPage() {
  const { model: id = "", tab = "general" } = useRouteParams({ strict: false }) as { model?: string; tab?: string };
  const query = useAnswer("models.get_by_id_ex", { id: [id], only_fields: ["*", "project.name", "task.name", "user.name", "parent.name"] } as never, { every: 15_000 });
  const model = query.data?.models[0];
  useCrumbs([{ label: "Models", href: to.models() }, { label: model?.name ?? "…" }]);
  const shown = MODEL_TABS.find((one) => one === tab);
  if (!shown) return <NotFound />;
  if (query.isPending) return <Loading />;
  if (query.isError && !model) return <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  if (!model) return <Empty title="There is no such model"><Link href={to.models()} className="link">Models</Link></Empty>;
  return <Shown key={id} model={model} tab={shown} />;
}

function Shown({ model, tab }: { model: Model; tab: ModelTab }) {
  const go = useGo();
  const actions = useModelActions({ onGone: () => go(to.models()) });
  return (
    <article className="fill">
      <header className={css.head}>
        <div className={css.title}>
          <h1>{model.name}</h1>
          <div className={css.actions}>
            {model.ready ? null : <Button kind="primary" isSmall onClick={() => actions.ask("publish", [model])}>Publish</Button>}
            <Menu label={`Actions for ${model.name}`} position="bottom-end" items={() => actions.menu([model])}>
              <Button isSmall icon={<ChevronDown size={13} aria-hidden />} aria-label={`Actions for ${model.name}`}>
                <span className="wide-only">Actions</span>
              </Button>
            </Menu>
          </div>
        </div>
        <div className={css.facts}>
          {model.ready ? <Badge>Published</Badge> : <span>Draft</span>}
          {isArchivedModel(model) ? <Tag>archived</Tag> : null}
          {model.framework ? <span>{model.framework}</span> : null}
          <span>made <Ago at={model.created} /></span>
          <span className="dimmer"><span className="mono">{model.id.slice(0, 8)}</span><CopyButton text={model.id} label="Copy the id" /></span>
          {(model.tags ?? []).map((tag) => <Tag key={tag}>{tag}</Tag>)}
          {whyNotModel("tags", model) === null ? (
            <IconButton label="Tags" isSmall onClick={() => actions.ask("tags", [model])}>
              <Plus size={13} aria-hidden />
            </IconButton>
          ) : null}
        </div>
      </header>
      <Tabs label="Parts of the model" value={tab} onChange={(next) => go(to.model(model.id, next))} tabs={MODEL_TABS.map((value) => ({ value, label: NAMES[value] }))} panelId="model-tab" />
      <div className={css.body} id="model-tab" role="tabpanel" aria-label={NAMES[tab]} tabIndex={tab === "general" || tab === "network" ? 0 : undefined}>
        {tab === "general" ? <General model={model} /> : null}
        {tab === "network" ? <Network model={model} /> : null}
        {tab === "scalars" ? <Scalars id={model.id} last={model.last_metrics} isLive={false} isModel /> : null}
        {tab === "plots" ? <Plots id={model.id} isLive={false} isModel /> : null}
      </div>
      {actions.element}
    </article>
  );
}

type Pairs = [string, string][];

function General({ model }: { model: Model }) {
  const client = useQueryClient();
  const isCurrent = () => forget(client, "models");
  const canEdit = model.company?.id !== "";
  const description = useEdit("Description", model.comment ?? "", { read: async () => (await readModel(model.id))?.comment ?? "", write: (comment) => call("models.update", { model: model.id, comment } as never), isCurrent });
  const labelsOf = (one: Model | undefined): Pairs => Object.entries(one?.labels ?? {}).map(([name, value]) => [name, String(value)]);
  const labels = useEdit("Labels", labelsOf(model), {
    read: async () => labelsOf(await readModel(model.id)),
    write: (pairs) => call("models.edit", { model: model.id, labels: Object.fromEntries(pairs.filter(([name]) => name.trim()).map(([name, value]) => [name.trim(), Number(value)])) } as never),
    isCurrent,
  });
  const metadataOf = (one: Model | undefined): Pairs => Object.values(one?.metadata ?? {}).map(({ key, value }) => [key, value]);
  const metadata = useEdit("Metadata", metadataOf(model), {
    read: async () => metadataOf(await readModel(model.id)),
    write: (pairs) => call("models.add_or_update_metadata", { model: model.id, replace_metadata: true, metadata: pairs.filter(([key]) => key.trim()).map(([key, value]) => ({ key: key.trim(), type: model.metadata?.[key]?.type ?? "str", value })) } as never),
    isCurrent,
  });
  const areNumbers = labels.value.every(([, value]) => /^-?\d+$/.test(value.trim()));
  return (
    <div className={css.pad}>
      <div className={css.two}>
        <div className={css.stack}>
          <Panel title="Model">
            <Facts
              facts={[
                { name: "File", value: <Place uri={model.uri} /> },
                { name: "Framework", value: model.framework ?? "" },
                { name: "Project", value: model.project ? <Link href={to.project(model.project.id, "models")} className="link">{model.project.name}</Link> : "" },
                { name: "User", value: model.user?.name ?? "" },
                { name: "Parent", value: model.parent ? <Link href={to.model(model.parent.id)} className="link">{model.parent.name ?? model.parent.id}</Link> : "" },
                { name: "Made", value: moment(model.created) },
                { name: "Updated", value: moment(model.last_update) },
                { name: "Iteration", value: model.last_iteration || "" },
                { name: "Id", value: <span className="mono">{model.id}</span> },
              ]}
            />
          </Panel>
          <EditSection title="Labels" edit={areNumbers ? labels : { ...labels, isDirty: false }} canEdit={canEdit}>
            {areNumbers ? null : <p style={{ color: "var(--bad)", paddingBottom: 8 }}>A label's value is a whole number.</p>}
            <PairTable pairs={labels.value} noun="label" {...(labels.isEditing ? { onChange: labels.set } : {})} />
          </EditSection>
          <EditSection title="Metadata" edit={metadata} canEdit={canEdit}>
            <PairTable pairs={metadata.value} noun="entry" {...(metadata.isEditing ? { onChange: metadata.set } : {})} />
          </EditSection>
        </div>
        <div className={css.stack}>
          <EditSection title="Description" edit={description} canEdit={canEdit}>
            {description.isEditing ? <TextArea label="Description" isBare rows={4} value={description.value} onChange={(event) => description.set(event.target.value)} /> : description.value ? <p style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{description.value}</p> : <p className="dim">None.</p>}
          </EditSection>
          <Lineage model={model} />
        </div>
      </div>
    </div>
  );
}

function PairTable({ pairs, noun, onChange }: { pairs: Pairs; noun: string; onChange?: (pairs: Pairs) => void }) {
  const rows = pairs.map(([name, value], index) => ({ row: { name, value }, index }));
  const edited = onChange && {
    onChange: (at: number, part: { name?: string; value?: string }) => onChange(pairs.map(([name, value], index) => (index === at ? [part.name ?? name, part.value ?? value] : [name, value]))),
    onRemove: (at: number) => onChange(pairs.filter((_, index) => index !== at)),
  };
  return (
    <>
      {pairs.length === 0 && !onChange ? <p className="dim">None.</p> : null}
      <NamedValues noun={noun} rows={rows} valueLabel={(row, index) => `Value of ${row.name || `${noun} ${index + 1}`}`} {...edited} />
      {onChange ? <Button isSmall kind="quiet" icon={<Plus size={13} aria-hidden />} style={{ marginTop: pairs.length ? 18 : 0 }} onClick={() => onChange([...pairs, ["", ""]])}>Add</Button> : null}
    </>
  );
}

function Lineage({ model }: { model: Model }) {
  const users = useAnswer("tasks.get_all_ex", { "filters": undefined, _any_: { pattern: `^${model.id}$`, fields: ["models.input.model"] }, only_fields: ["id", "name", "status", "project.name"], order_by: ["-last_update"], search_hidden: true, page: 0, page_size: 50 } as never);
  return (
    <Panel title="Lineage">
      <h3>Made by</h3>
      {model.task ? <p><Link href={to.task(model.task.id)} className="link">{model.task.name ?? model.task.id}</Link></p> : <p className="dim">No task: it was registered by hand.</p>}
      <h3 style={{ paddingTop: 10 }}>Used by</h3>
      {users.isError ? <Problem error={users.error} /> : null}
      {users.data?.tasks.length === 0 ? <p className="dim">No task yet.</p> : null}
      <ul>
        {(users.data?.tasks ?? []).map((task) => (
          <li key={task.id} className="row" style={{ padding: "3px 0" }}>
            <StatusIcon status={task.status} size={13} />
            <Link href={to.task(task.id)} className="link cut">{task.name}</Link>
            <span className="dimmer cut">{task.project?.name}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Network({ model }: { model: Model }) {
  const client = useQueryClient();
  const textOf = (one: Model | undefined): string => (typeof one?.design === "string" ? one.design : one?.design && Object.keys(one.design).length ? ("design" in one.design && typeof one.design.design === "string" ? one.design.design : JSON.stringify(one.design, null, 2)) : "");
  const edit = useEdit("Network", textOf(model), { read: async () => textOf(await readModel(model.id)), write: (text) => call("models.edit", { model: model.id, design: text ? { design: text } : {} } as never), isCurrent: () => forget(client, "models") });
  return (
    <div className={css.pad}>
      <EditSection title="Network" edit={edit} canEdit={model.company?.id !== ""}>
        {edit.value || edit.isEditing ? <Code label="Network" value={edit.value} language="yaml" maxHeight={600} {...(edit.isEditing ? { onChange: edit.set, onSave: edit.save } : {})} /> : <p className="dim">None: `OutputModel.update_design()` writes one.</p>}
      </EditSection>
    </div>
  );
}
