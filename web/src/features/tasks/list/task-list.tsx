// The task table: of one project or of all, filtered and ordered by the address so that a link shows the same rows.
import { ArrowUp, FolderTree, Pin, PinOff, Plus, Table2 } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { later, nothing } from "~/design/later";
import { Button, IconButton, Spinner } from "~/design/button";
import { Grid, type GridHandle } from "~/design/grid/grid";
import { useSelection } from "~/design/grid/selection";
import { Menu, type MenuEntry } from "~/design/menu";
import { Empty, Problem } from "~/design/parts";
import { setOwnColours } from "~/design/run-colour";
import { Split } from "~/design/split";
import { toast } from "~/design/toast";
import { count, plural } from "~/format";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import { to } from "~/routes";
import { useParams } from "~/shell/address";
import { useGo } from "~/shell/link";
import { ColumnPicker, type Offered } from "~/table/column-picker";
import { ExportMenu } from "~/table/export-menu";
import { FilterBar } from "~/table/filter-bar";
import { bodyOf, mergedBody, metricId, parseFilters, patternProblem, searchBody } from "~/table/filters";
import { useLook } from "~/table/look";
import { allRows, IDS_MAX, useRows } from "~/table/rows";
import { ViewsMenu } from "~/table/views";
import table from "~/table/table.module.css";
import { useNow } from "~/design/now";
import { offered, useTaskActions } from "../actions/task-actions";
import { columnsOf, fieldsOf, narrowTask, OWN_COLUMNS } from "./columns";
import { TASK_FILTERS, useFilterNames, useTaskChoices } from "./filters";

const TaskPanel = later(() => import("../task-panel").then((module) => module.TaskPanel));
const NewTaskDialog = later(() => import("../new-task").then((module) => module.NewTaskDialog), nothing);

const EVERY_MS = 6_000;
const idOf = (task: Task) => task.id;
const pick = (answer: { tasks: Task[] }) => answer.tasks;

export interface TaskScope {
  /** Of this project and those below it; null: of all. */
  project: string | null;
  projectName?: string;
  /** Further conditions that the page itself sets. */
  body?: Record<string, unknown>;
  /** Under this name the table's look is kept. */
  table: string;
  standard?: readonly string[];
}

const STANDARD: readonly string[] = ["status", "project", "tags", "user", "last_update", "iteration", "runtime"];
const OF_PROJECT: readonly string[] = ["status", "tags", "user", "last_update", "iteration", "runtime"];
const METRICS_SHOWN = 3;

/** The columns that a project's table comes with: its own and the first metrics that its tasks reported. */
function useStandard(scope: TaskScope): readonly string[] {
  const metrics = useAnswer("projects.get_unique_metric_variants", { project: scope.project ?? "" } as never, { enabled: scope.project !== null && !scope.standard, fresh: 120_000 });
  return useMemo(() => {
    if (scope.standard) return scope.standard;
    if (!scope.project) return STANDARD;
    const own = (metrics.data?.metrics ?? []).filter((one) => !one.metric.startsWith(":")).slice(0, METRICS_SHOWN).map((one) => metricId({ metric: one.metric, variant: one.variant, value: "last" }));
    return [...OF_PROJECT, ...own];
  }, [scope.project, scope.standard, metrics.data]);
}

/** The question that the address is. */
function useTaskBody(scope: TaskScope): { body: Record<string, unknown>; isFiltered: boolean } {
  const [params] = useParams();
  const now = useNow();
  const minute = Math.floor(now / 60_000);
  return useMemo(() => {
    const filters = parseFilters(TASK_FILTERS, params);
    const isPattern = params.qx === "1" && patternProblem(params.q ?? "") === null;
    const isArchive = params.archived === "1";
    const parts = [
      scope.project ? { project: [scope.project], ...(params.sub === "0" ? {} : { include_subprojects: true }) } : {},
      ...filters.map(({ field, filter }) => bodyOf(field, filter, minute * 60_000)),
      searchBody(params.q ?? "", isPattern, ["name", "id", "comment"]),
      { system_tags: [isArchive ? "archived" : "-archived"] },
      scope.body ?? {},
    ];
    return { body: mergedBody(parts), isFiltered: filters.length > 0 || Boolean(params.q) || isArchive };
  }, [params, minute, scope]);
}

export function TaskList({ scope, empty }: { scope: TaskScope; empty: ReactNode }) {
  const go = useGo();
  const [params, setParams] = useParams();
  const { pinned, runColours, showHidden = false } = usePreferences();
  setOwnColours(runColours ?? {});
  const setPreferences = useSetPreferences();
  const standard = useStandard(scope);
  const look = useLook(scope.table, { columns: standard, sort: "-last_update" });
  const columns = useMemo(() => columnsOf(look.columns), [look.columns]);
  const fields = useMemo(() => fieldsOf(columns), [columns]);
  const { body: where, isFiltered } = useTaskBody(scope);
  const order = useMemo(() => look.sort.map((one) => (one.isDown ? `-${one.field}` : one.field)), [look.sort]);
  const body = useMemo(() => ({ ...where, ...(showHidden ? { search_hidden: true } : {}), order_by: order, only_fields: fields }), [where, order, fields, showHidden]);
  const list = useRows<Task>("tasks.get_all_ex", body, { pick, idOf, every: EVERY_MS });
  const pinnedRows = usePinned(pinned, fields, scope, isFiltered);
  const rows = useMemo(() => {
    if (pinnedRows.length === 0) return list.rows;
    const ids = new Set(pinnedRows.map(idOf));
    return [...pinnedRows, ...list.rows.filter((task) => !ids.has(task.id))];
  }, [pinnedRows, list.rows]);
  const total = useTotal(scope, where, rows.length, list.hasMore);
  const selection = useSelection(rows, idOf);
  const [at, setAt] = useState<Task | null>(null);
  const handle = useRef<GridHandle | null>(null);
  const peeked = params.task ?? null;
  const peek = useCallback((task: Task | null) => {
    setParams({ task: task?.id });
    if (!task) handle.current?.focus();
  }, [setParams]);
  const current = at ? (rows.find((task) => task.id === at.id) ?? at) : null;
  const actions = useTaskActions({ at: selection.size > 0 ? selection.rows : current ? [current] : [], onGone: () => peek(null) });
  const choices = useTaskChoices(scope.project);
  const nameOf = useFilterNames(params);
  const [isNewAsked, setNewAsked] = useState(false);
  // A selection is of the question it was made in: another question begins anew.
  const question = JSON.stringify(where);
  const { clear } = selection;
  useEffect(() => clear(), [question, clear]);

  const togglePin = (task: Task) => setPreferences({ pinned: { [task.id]: pinned?.[task.id] ? null : true } });
  const menu = useCallback(
    (task: Task): MenuEntry[] => {
      const of = selection.size > 1 && selection.has(task.id) ? selection.rows : [task];
      const isPinned = pinned?.[task.id] ?? false;
      return [
        ...actions.menu(of),
        "divider",
        { label: isPinned ? "Unpin" : "Pin to the top", icon: isPinned ? <PinOff size={14} aria-hidden /> : <Pin size={14} aria-hidden />, run: () => togglePin(task) },
      ];
    },
    // The latest of all of them is meant, and the menu is made when it is opened.
    [actions, selection, pinned],
  );
  const open = useCallback((task: Task) => go(to.task(task.id)), [go]);

  return (
    <div className="fill">
      <FilterBar fields={TASK_FILTERS} useChoices={choices} nameOf={nameOf}>
        <Shown scope={scope} />
        <ColumnPicker look={look} useOffered={(isOpen) => useOffered(scope.project, isOpen)} />
        <ViewsMenu table={scope.table} look={look} />
        <ExportMenu entity="task" columns={columns} body={body} rows={rows} />
        {scope.body ? null : (
          <Button isSmall kind="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setNewAsked(true)}>
            <span className="wide-only">New task</span>
          </Button>
        )}
      </FilterBar>
      <Split
        label="Task"
        side={peeked ? <TaskPanel key={peeked} id={peeked} onClose={() => peek(null)} /> : null}
      >
        {list.error && rows.length === 0 ? <div className="page"><Problem error={list.error} retry={list.again} /></div> : null}
        <div className="fill" style={{ position: "relative" }}>
          {list.newer > 0 ? (
            <Button className={table.newer ?? ""} kind="primary" isSmall icon={<ArrowUp size={13} aria-hidden />} onClick={list.again}>
              {plural(list.newer, "change")} above
            </Button>
          ) : null}
          <Grid
            label="Tasks"
            handle={handle}
            columns={columns}
            rows={rows}
            idOf={idOf}
            total={total ?? undefined}
            hasMore={list.hasMore}
            isLoading={list.isLoading}
            onMore={list.more}
            sort={look.sort}
            onSort={look.setSort}
            widths={look.widths}
            onWidth={look.setWidth}
            onOrder={look.setColumns}
            onHide={(id) => look.setColumns(look.columns.filter((one) => one !== id))}
            selection={selection}
            onOpen={open}
            onPeek={peek}
            peeked={peeked}
            menu={menu}
            narrow={narrowTask}
            onAt={setAt}
            empty={list.isFirst ? null : isFiltered ? <Empty title="No task matches" icon={<Table2 size={26} strokeWidth={1.5} aria-hidden />}><p>Take a filter away, or look in {params.archived === "1" ? "the tasks that are in use" : "the archive"}.</p></Empty> : empty}
          />
        </div>
        <SelectionBar selection={selection} scope={scope} body={body} actions={actions} total={total} />
        <div className={table.status}>
          <span role="status">
            {list.isFirst ? "Loading…" : `${count(rows.length)}${total !== null && total > rows.length ? ` of ${count(total)}` : list.hasMore ? "+" : ""} ${rows.length === 1 ? "task" : "tasks"}`}
          </span>
          {list.isStale ? <Spinner size={11} /> : null}
        </div>
      </Split>
      {actions.element}
      {isNewAsked ? <NewTaskDialog project={scope.project ? { id: scope.project, name: scope.projectName ?? "" } : { id: "", name: "" }} onClose={() => setNewAsked(false)} /> : null}
    </div>
  );
}

/** The tasks that the reader pinned, above all others, while nothing is filtered. */
function usePinned(pinned: Readonly<Record<string, boolean | null>> | undefined, fields: string[], scope: TaskScope, isFiltered: boolean): Task[] {
  const ids = useMemo(() => Object.entries(pinned ?? {}).filter(([, isOn]) => isOn).map(([id]) => id).sort(), [pinned]);
  const found = useAnswer(
    "tasks.get_all_ex",
    { id: ids, only_fields: fields, ...(scope.project ? { project: [scope.project], include_subprojects: true } : {}), order_by: ["name"] },
    { enabled: ids.length > 0 && !isFiltered && !scope.body, every: 10_000 },
  );
  return useMemo(() => (ids.length > 0 && !isFiltered && !scope.body ? (found.data?.tasks ?? []) : []), [ids, isFiltered, scope.body, found.data]);
}

/** How many there are in all, where the list is longer than what was loaded. */
function useTotal(scope: TaskScope, where: Record<string, unknown>, loaded: number, hasMore: boolean): number | null {
  const counted = useAnswer("organization.get_entities_count", { tasks: where, ...(scope.project ? {} : {}) } as never, { enabled: hasMore, fresh: 30_000, keeps: true });
  if (!hasMore) return loaded;
  return counted.data?.tasks ?? null;
}

function useOffered(project: string | null, isOpen: boolean): Offered {
  const of = project ? { project } : {};
  const metrics = useAnswer("projects.get_unique_metric_variants", of as never, { enabled: isOpen, fresh: 60_000 });
  const params = useAnswer("projects.get_hyper_parameters", { ...of, page: 0, page_size: 5_000 } as never, { enabled: isOpen, fresh: 60_000 });
  return {
    columns: OWN_COLUMNS.map(({ id, label, isFixed = false }) => ({ id, label, isFixed })),
    metrics: metrics.data?.metrics ?? [],
    params: params.data?.parameters ?? [],
    isLoading: metrics.isFetching || params.isFetching,
  };
}

function Shown({ scope }: { scope: TaskScope }) {
  const [params, setParams] = useParams();
  const isArchive = params.archived === "1";
  const isFlat = params.sub === "0";
  return (
    <>
      {scope.project ? (
        <IconButton label={isFlat ? "Only of this project: show those below, too" : "With the projects below: show only its own"} isSmall aria-pressed={!isFlat} onClick={() => setParams({ sub: isFlat ? undefined : "0" })}>
          <FolderTree size={14} aria-hidden />
        </IconButton>
      ) : null}
      <Button isSmall kind="quiet" aria-pressed={isArchive} onClick={() => setParams({ archived: isArchive ? undefined : "1", task: undefined })}>
        Archive
      </Button>
    </>
  );
}

function SelectionBar({ selection, scope, body, actions, total }: {
  selection: ReturnType<typeof useSelection<Task>>;
  scope: TaskScope;
  body: Record<string, unknown>;
  actions: ReturnType<typeof useTaskActions>;
  total: number | null;
}) {
  const go = useGo();
  const [loading, setLoading] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  if (selection.size === 0) return null;
  const all = async () => {
    stop.current = new AbortController();
    setLoading(0);
    try {
      const { order_by, only_fields: _fields, ...where } = body;
      const { rows, isCut } = await allRows<Task>("tasks.get_all_ex", { ...where, order_by }, ["id", "name", "status", "type", "system_tags", "company", "tags"], pick, stop.current.signal, setLoading);
      selection.set(rows);
      if (isCut) toast(`The first ${count(IDS_MAX)} are selected; filter to reach the others`);
    } catch (problem) {
      if (!stop.current.signal.aborted) toast((problem as Error).message, { isError: true });
    } finally {
      setLoading(null);
    }
  };
  const list = offered(selection.rows).filter((one) => one.able > 0);
  const shown = list.slice(0, 6);
  const NAMES = { enqueue: "Enqueue", retry: "Retry", dequeue: "Dequeue", stop: "Abort", stop_children: "Abort children", reset: "Reset", publish: "Publish", clone: "Clone", move: "Move", tags: "Tags", archive: "Archive", restore: "Restore", delete: "Delete" } as const;
  return (
    <div className={table.foot} role="toolbar" aria-label="Selected tasks">
      <b>{plural(selection.size, "task")} selected</b>
      {loading === null ? (
        <Button isSmall kind="quiet" onClick={() => void all()} disabled={total !== null && selection.size >= total}>
          Select all{total === null ? "" : ` ${count(total)}`} {scope.project ? "of this project" : ""}
        </Button>
      ) : (
        <Button isSmall busy onClick={() => stop.current?.abort()}>
          {count(loading)}… Stop
        </Button>
      )}
      <Button isSmall kind="quiet" onClick={selection.clear}>
        None
      </Button>
      <span className="grow" />
      <Button isSmall onClick={() => go(to.compare(selection.rows.map(idOf)))} disabled={selection.size < 2} className="optional">
        Compare
      </Button>
      {shown.map((one) => (
        <Button key={one.action} isSmall isDangerous={one.action === "delete"} onClick={() => actions.ask(one.action, selection.rows)}>
          {NAMES[one.action]} <span className="dimmer">{one.able}</span>
        </Button>
      ))}
      <Menu label="More actions" position="top-end" items={() => actions.menu(selection.rows)}>
        <Button isSmall>More</Button>
      </Menu>
    </div>
  );
}
