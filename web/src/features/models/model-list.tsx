// The model table: of one project or of all.
import { Box } from "lucide-react";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import type { Model } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { Grid, gridLines, gridLink } from "~/design/grid/grid";
import { useSelection } from "~/design/grid/selection";
import { Menu } from "~/design/menu";
import { Ago, Badge, Empty, Problem, Tag } from "~/design/parts";
import type { Item } from "~/design/pick";
import { count, escapePattern, moment, plural } from "~/format";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { Link, useGo } from "~/shell/link";
import { ColumnPicker, type Offered } from "~/table/column-picker";
import { ExportMenu } from "~/table/export-menu";
import { FilterBar } from "~/table/filter-bar";
import { bodyOf, mergedBody, metadataPath, parseFilters, parseMetadataId, patternProblem, searchBody, type FilterField } from "~/table/filters";
import { columnsBy, fieldsBy, metricColumn, type FieldColumn } from "~/table/free-columns";
import { useLook } from "~/table/look";
import { useRows } from "~/table/rows";
import table from "~/table/table.module.css";
import { ViewsMenu } from "~/table/views";
import { useModelActions } from "./model-actions";

const idOf = (model: Model) => model.id;
const pick = (answer: { models: Model[] }) => answer.models;

const COLUMNS: readonly FieldColumn<Model>[] = [
  { id: "name", label: "Name", fields: ["name", "comment"], width: 280, min: 120, sort: "name", isPinned: true, isFixed: true, hover: (model) => model.comment || model.name, cell: (model) => <Link href={to.model(model.id)} className={gridLink} tabIndex={-1}>{model.name}</Link> },
  { id: "ready", label: "State", fields: ["ready"], width: 92, sort: "ready", cell: (model) => (model.ready ? <Badge>Published</Badge> : <span className="dim">Draft</span>) },
  { id: "framework", label: "Framework", fields: ["framework"], width: 110, sort: "framework", text: (model) => model.framework ?? "" },
  { id: "project", label: "Project", fields: ["project.name"], width: 160, text: (model) => model.project?.name ?? "" },
  { id: "tags", label: "Tags", fields: ["tags"], width: 150, hover: (model) => (model.tags ?? []).join(", "), cell: (model) => (model.tags ?? []).map((tag) => <Tag key={tag}>{tag}</Tag>) },
  { id: "task", label: "Made by", fields: ["task.name"], width: 200, cell: (model) => (model.task ? <Link href={to.task(model.task.id)} className={gridLink} tabIndex={-1}>{model.task.name ?? model.task.id}</Link> : null) },
  { id: "user", label: "User", fields: ["user.name"], width: 110, text: (model) => model.user?.name ?? "" },
  { id: "last_update", label: "Updated", fields: ["last_update"], width: 104, sort: "last_update", cell: (model) => <Ago at={model.last_update} />, hover: (model) => moment(model.last_update) },
  { id: "created", label: "Made", fields: ["created"], width: 104, sort: "created", cell: (model) => <Ago at={model.created} />, hover: (model) => moment(model.created) },
  { id: "uri", label: "Address", fields: ["uri"], width: 260, isMono: true, text: (model) => model.uri ?? "" },
  { id: "comment", label: "Description", fields: ["comment"], width: 220, sort: "comment", text: (model) => model.comment ?? "" },
];
const STANDARD = COLUMNS.map((column) => column.id);
/** What every row needs, whatever columns are shown. */
const ROW_FIELDS = ["id", "name", "ready", "framework", "project.name", "tags", "system_tags", "task.name", "last_update", "uri", "company"];

function metadataColumn(id: string): FieldColumn<Model> | null {
  const key = parseMetadataId(id);
  if (key === null) return null;
  const path = metadataPath(key);
  // An entry may be a book, as a parameter may.
  return { id, label: key, title: `Metadata: ${key}`, width: 120, sort: path, fields: [path], text: (model) => (model.metadata?.[key]?.value ?? "").slice(0, 200), hover: (model) => (model.metadata?.[key]?.value ?? "").slice(0, 2_000) };
}

function columnOf(id: string): FieldColumn<Model> | null {
  return COLUMNS.find((column) => column.id === id) ?? metricColumn(id) ?? metadataColumn(id);
}

function useOffered(project: string | null, isOpen: boolean): Offered {
  const metrics = useAnswer("projects.get_unique_metric_variants", { ...(project ? { project } : {}), model_metrics: true } as never, { enabled: isOpen, fresh: 60_000 });
  const keys = useAnswer("projects.get_model_metadata_keys", { ...(project ? { project } : {}), include_subprojects: true, page: 0, page_size: 2_000 }, { enabled: isOpen, fresh: 60_000 });
  return { columns: COLUMNS.map(({ id, label, isFixed = false }) => ({ id, label, isFixed })), metrics: metrics.data?.metrics ?? [], params: [], metadata: keys.data?.keys ?? [], isLoading: metrics.isFetching || keys.isFetching };
}

const FILTERS: readonly FilterField[] = [
  { key: "framework", label: "Framework", kind: "choice", field: "framework" },
  { key: "tags", label: "Tags", kind: "tags", field: "tags" },
  { key: "user", label: "User", kind: "choice", field: "user" },
  { key: "updated", label: "Updated", kind: "time", field: "last_update" },
];

function useModelChoices(project: string | null) {
  return function useChoices(field: FilterField, search: string): { items: Item[]; isLoading: boolean } {
    const of = project ? { projects: [project] } : {};
    const frameworks = useAnswer("models.get_frameworks", of as never, { fresh: 60_000, enabled: field.key === "framework" });
    const tags = useAnswer("projects.get_model_tags", of, { fresh: 60_000, enabled: field.key === "tags" });
    const users = useAnswer("projects.get_user_names", { ...of, entity: "model" } as never, { fresh: 60_000, enabled: field.key === "user" });
    const matches = new RegExp(escapePattern(search.trim()), "i");
    const plain = (list: readonly string[] | undefined) => (list ?? []).filter((value) => value && matches.test(value)).map((value) => ({ value, label: value }));
    if (field.key === "framework") return { items: plain(frameworks.data?.frameworks), isLoading: frameworks.isFetching };
    if (field.key === "tags") return { items: plain(tags.data?.tags), isLoading: tags.isFetching };
    return { items: (users.data?.users ?? []).filter((user) => matches.test(user.name)).map((user) => ({ value: user.id, label: user.name })), isLoading: users.isFetching };
  };
}

function narrow(model: Model) {
  return (
    <div className={gridLines} style={{ paddingLeft: 2 }}>
      <div>
        <Link href={to.model(model.id)} className={`${gridLink} grow`} tabIndex={-1}>{model.name}</Link>
        <span className="dimmer"><Ago at={model.last_update} /></span>
      </div>
      <div className="dimmer">
        <span className="cut grow">{[model.framework, model.project?.name, model.task?.name].filter(Boolean).join(" · ")}</span>
      </div>
    </div>
  );
}

export function ModelList({ project = null, table: name }: { project?: string | null; table: string }): ReactNode {
  const go = useGo();
  const [params, setParams] = useParams();
  const look = useLook(name, { columns: STANDARD, sort: "-last_update" });
  const columns = useMemo(() => columnsBy(look.columns, columnOf), [look.columns]);
  const isArchive = params.archived === "1";
  const body = useMemo(() => {
    const filters = parseFilters(FILTERS, params);
    const isPattern = params.qx === "1" && patternProblem(params.q ?? "") === null;
    return {
      ...mergedBody([
        project ? { project: [project], include_subprojects: true } : {}, ...filters.map(({ field, filter }) => bodyOf(field, filter, Math.floor(Date.now() / 60_000) * 60_000)),
        searchBody(params.q ?? "", isPattern, ["name", "id", "comment", "uri"]), { system_tags: [isArchive ? "archived" : "-archived"] },
      ]),
      order_by: look.sort.map((one) => (one.isDown ? `-${one.field}` : one.field)), only_fields: fieldsBy(columns, ROW_FIELDS),
    };
  }, [params, project, isArchive, look.sort, columns]);
  const list = useRows<Model>("models.get_all_ex", body, { pick, idOf, every: 20_000 });
  const selection = useSelection(list.rows, idOf);
  const actions = useModelActions();
  const users = useAnswer("users.get_all_ex", { only_fields: ["id", "name"] }, { enabled: Boolean(params.user), fresh: 60_000 });
  const nameOf = useCallback((_: FilterField, value: string) => users.data?.users.find((user) => user.id === value)?.name ?? value, [users.data]);
  const choices = useMemo(() => useModelChoices(project), [project]);
  const [at, setAt] = useState<Model | null>(null);
  const isFiltered = Boolean(params.q) || isArchive || FILTERS.some((field) => params[field.key]);
  const chosen = selection.size > 0 ? selection.rows : at ? [at] : [];
  return (
    <div className="fill">
      <FilterBar fields={FILTERS} useChoices={choices} nameOf={nameOf} placeholder="Search names, ids, addresses">
        <Button isSmall kind="quiet" aria-pressed={isArchive} onClick={() => setParams({ archived: isArchive ? undefined : "1" })}>
          Archive
        </Button>
        <ColumnPicker look={look} useOffered={(isOpen) => useOffered(project, isOpen)} />
        <ViewsMenu table={name} look={look} />
        <ExportMenu entity="model" columns={columns} body={body} rows={list.rows} />
      </FilterBar>
      {list.error && list.rows.length === 0 ? <div className="page"><Problem error={list.error} retry={list.again} /></div> : null}
      <Grid
        label="Models" columns={columns} rows={list.rows} idOf={idOf} total={list.hasMore ? undefined : list.rows.length} hasMore={list.hasMore} isLoading={list.isLoading} onMore={list.more} sort={look.sort} onSort={look.setSort} widths={look.widths}
        onWidth={look.setWidth} onOrder={look.setColumns} onHide={(id) => look.setColumns(look.columns.filter((one) => one !== id))} selection={selection} onOpen={(model) => go(to.model(model.id))} onAt={setAt}
        menu={(model) => actions.menu(selection.size > 1 && selection.has(model.id) ? selection.rows : [model])} narrow={narrow}
        empty={list.isFirst ? null : isFiltered ? <Empty title="No model matches" /> : <Empty title="No models" icon={<Box size={26} strokeWidth={1.5} aria-hidden />}>What tasks save with a framework, or with `OutputModel`, appears here.</Empty>}
      />
      {selection.size > 0 ? (
        <div className={table.foot} role="toolbar" aria-label="Selected models">
          <b>{plural(selection.size, "model")} selected</b>
          <Button isSmall disabled={selection.size < 2} onClick={() => go(to.compare(chosen.map(idOf), "details", "models"))}>Compare</Button>
          <Button isSmall onClick={() => actions.ask("tags", chosen)}>Tags</Button>
          <Menu label="Actions for the selected models" items={() => actions.menu(chosen)}>
            <Button isSmall>More</Button>
          </Menu>
          <span className="grow" />
          <Button isSmall kind="quiet" onClick={selection.clear}>None</Button>
        </div>
      ) : null}
      <div className={table.status}>
        <span role="status">{list.isFirst ? "Loading…" : `${count(list.rows.length)}${list.hasMore ? "+" : ""} ${list.rows.length === 1 ? "model" : "models"}`}</span>
      </div>
      {actions.element}
    </div>
  );
}
