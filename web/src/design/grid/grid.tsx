// A table of any number of rows, of which only those on the screen are in the page. It knows nothing of what the rows are:
// order, filters and further rows are the caller's, who asks the server.
import { ArrowDown, ArrowLeftToLine, ArrowRightToLine, ArrowUp, EyeOff, MoveHorizontal, X } from "lucide-react";
import { memo, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type DragEvent, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode, type RefObject } from "react";
import { listed } from "~/keys/list";
import { useCommands } from "~/keys/commands";
import { cx } from "../class-names";
import { MenuAt, type MenuEntry, type Point } from "../menu";
import { ROW_HEIGHT, useDensity } from "../theme";
import { BOX_WIDTH, moved, nextSort, pins, tracks, windowOf, type Column, type SortKey } from "./columns";
import css from "./grid.module.css";

export interface GridSelection {
  has: (id: string) => boolean;
  size: number;
  toggle: (id: string, isOn?: boolean) => void;
  range: (ids: readonly string[]) => void;
  clear: () => void;
}

export interface GridHandle {
  focus: () => void;
  scrollTo: (index: number) => void;
}

export interface GridProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  /** All rows that there are, as far as the server said. */
  total?: number | undefined;
  hasMore?: boolean;
  isLoading?: boolean;
  onMore?: () => void;
  sort: readonly SortKey[];
  onSort: (keys: SortKey[]) => void;
  widths: Readonly<Record<string, number>>;
  onWidth: (column: string, width: number) => void;
  onOrder?: (ids: string[]) => void;
  onHide?: (column: string) => void;
  selection?: GridSelection;
  onOpen: (row: Row) => void;
  onPeek?: (row: Row | null) => void;
  peeked?: string | null;
  menu?: (row: Row) => MenuEntry[];
  hrefOf?: (row: Row) => string;
  /** Two lines for a screen that has no room for columns. */
  narrow?: (row: Row) => ReactNode;
  empty?: ReactNode;
  handle?: RefObject<GridHandle | null>;
  /** The row that the keyboard is at, told to those who bring commands for it. */
  onAt?: (row: Row | null) => void;
  /** Its keys work wherever the focus is on the page. */
  isMain?: boolean;
}

const BEYOND = 10;
/** So many rows are scrolled before others are drawn: what is drawn beyond the edges lasts until then. */
const STEP_ROWS = 8;
const MORE_ROWS = 60;
const NARROW_PX = 560;
const NARROW_ROW = 52;

export function Grid<Row>(props: GridProps<Row>) {
  const { label, columns, rows, idOf, total, hasMore = false, isLoading = false, onMore, sort, onSort, widths, onWidth, onOrder, onHide, selection, onOpen, onPeek, peeked = null, menu, narrow, empty, handle, onAt, isMain = true } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const density = useDensity();
  const [isNarrow, setNarrow] = useState(false);
  const rowHeight = isNarrow ? NARROW_ROW : ROW_HEIGHT[density];
  const [view, setView] = useState({ top: 0, height: 900, width: 1600 });
  const [at, setAt] = useState<string | null>(null);
  const anchor = useRef<string | null>(null);
  const [menuAt, setMenuAt] = useState<{ point: Point; items: MenuEntry[] } | null>(null);
  const [dropAt, setDropAt] = useState<string | null>(null);
  const [live, setLive] = useState<{ id: string; width: number } | null>(null);

  const shownWidths = useMemo(() => columns.map((column) => (live?.id === column.id ? live.width : (widths[column.id] ?? column.width))), [columns, widths, live]);
  const lefts = useMemo(() => pins(columns, shownWidths, selection !== undefined), [columns, shownWidths, selection]);
  const step = rowHeight * STEP_ROWS;
  const [first, last] = windowOf(view.top, view.height + step, rowHeight, rows.length, BEYOND);
  // Columns that stay are laid over the others: a layer of its own for each of their cells, so only where there is something to scroll.
  const width = shownWidths.reduce((sum, one) => sum + one, selection ? BOX_WIDTH : 0);
  const isWide = width > view.width;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      setNarrow(narrow !== undefined && element.clientWidth < NARROW_PX);
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [narrow]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const top = Math.floor(element.scrollTop / step) * step;
    if (top !== view.top) setView((before) => ({ ...before, top }));
  };
  useEffect(() => {
    if (hasMore && !isLoading && last > rows.length - MORE_ROWS) onMore?.();
  }, [hasMore, isLoading, last, rows.length, onMore]);

  const indexOf = useCallback((wanted: string | null) => (wanted === null ? -1 : rows.findIndex((row) => idOf(row) === wanted)), [rows, idOf]);
  const scrollTo = useCallback(
    (index: number) => {
      const element = box.current;
      if (!element) return;
      const head = isNarrow ? 0 : 31;
      const top = index * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight - head) element.scrollTop = top + rowHeight - element.clientHeight + head;
    },
    [isNarrow, rowHeight],
  );
  useEffect(() => {
    if (handle) handle.current = { focus: () => box.current?.focus(), scrollTo };
  }, [handle, scrollTo]);

  const select = (index: number, mode: "move" | "extend" = "move") => {
    const bounded = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[bounded];
    if (!row) return;
    const target = idOf(row);
    if (mode === "extend" && selection) {
      anchor.current ??= at ?? target;
      const from = indexOf(anchor.current);
      const [a, b] = from < bounded ? [from, bounded] : [bounded, from];
      selection.range(rows.slice(Math.max(0, a), b + 1).map(idOf));
    } else if (mode === "move") {
      anchor.current = null;
    }
    setAt(target);
    onAt?.(row);
    if (peeked !== null) onPeek?.(row);
    scrollTo(bounded);
  };
  const current = indexOf(at);
  const currentRow = rows[current];
  const openMenu = (row: Row, point?: Point) => {
    const items = menu?.(row);
    if (!items?.length) return;
    const rect = box.current?.querySelector(`[data-id="${CSS.escape(idOf(row))}"]`)?.getBoundingClientRect();
    setMenuAt({ point: point ?? { x: (rect?.left ?? 40) + 60, y: rect?.bottom ?? 80 }, items });
  };
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 2);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const extend = event.shiftKey ? "extend" : "move";
    switch (event.key) {
      case "ArrowDown": select(current + 1, extend); break;
      case "ArrowUp": select(Math.max(0, current - 1), extend); break;
      case "PageDown": select(current + page, extend); break;
      case "PageUp": select(current - page, extend); break;
      case "Home": select(0, extend); break;
      case "End": select(rows.length - 1, extend); break;
      case "a": if (!(event.ctrlKey || event.metaKey) || !selection) return; selection.range(rows.map(idOf)); break;
      case "ContextMenu": case "F10": if (event.key === "F10" && !event.shiftKey) return; if (currentRow) openMenu(currentRow); break;
      case "Escape": if (peeked !== null) onPeek?.(null); else if (selection?.size) selection.clear(); else return; break;
      default: return;
    }
    if (event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
  };
  useCommands(
    !isMain ? [] : [
      { ...listed("row:down"), isKeyOnly: true, run: () => { box.current?.focus({ preventScroll: true }); select(current + 1); } },
      { ...listed("row:up"), isKeyOnly: true, run: () => { box.current?.focus({ preventScroll: true }); select(Math.max(0, current - 1)); } },
      ...(selection ? [{ ...listed("row:select"), isKeyOnly: true, run: () => { if (at) selection.toggle(at); } }] : []),
      ...(onPeek ? [{ ...listed("row:peek"), isKeyOnly: true, run: () => { if (peeked !== null) onPeek(null); else if (currentRow) onPeek(currentRow); } }] : []),
      { ...listed("row:open"), isKeyOnly: true, run: () => { if (currentRow) onOpen(currentRow); } },
      ...(menu ? [{ ...listed("row:menu"), isKeyOnly: true, run: () => { if (currentRow) openMenu(currentRow); } }] : []),
    ],
  );

  const latest = useRef({ rows, idOf, selection, onOpen, onPeek, peeked, select, openMenu, indexOf });
  useEffect(() => {
    latest.current = { rows, idOf, selection, onOpen, onPeek, peeked, select, openMenu, indexOf };
  });
  // One set of handlers for all rows, the same from render to render: rows that stay are not drawn again.
  const handlers = useMemo<RowHandlers<Row>>(() => ({
    onClick: (event, row) => {
      const now = latest.current;
      const target = event.target as HTMLElement;
      if (target.closest("a, button, input")) return;
      const rowId = now.idOf(row);
      const index = now.indexOf(rowId);
      if (target.closest("[data-box]")) {
        if (event.shiftKey) now.select(index, "extend");
        else {
          now.selection?.toggle(rowId);
          anchor.current = rowId;
          setAt(rowId);
        }
        return;
      }
      if (event.shiftKey && now.selection) return now.select(index, "extend");
      if ((event.metaKey || event.ctrlKey) && now.selection) {
        now.selection.toggle(rowId);
        setAt(rowId);
        return;
      }
      now.select(index);
      if (now.onPeek && now.peeked === null) now.onPeek(row);
      else if (!now.onPeek) now.onOpen(row);
    },
    onDoubleClick: (row) => latest.current.onOpen(row),
    onMenu: (event, row) => {
      if (!menu) return;
      event.preventDefault();
      setAt(latest.current.idOf(row));
      latest.current.openMenu(row, { x: event.clientX, y: event.clientY });
    },
  }), [menu]);

  const headMenu = (column: Column<Row>, point: Point) => {
    const index = columns.indexOf(column);
    const ids = columns.map((one) => one.id);
    const order = column.sort ? sort.find((one) => one.field === column.sort) : undefined;
    const width = shownWidths[index] ?? column.width;
    const items: MenuEntry[] = [];
    if (column.sort) {
      const field = column.sort;
      items.push(
        { label: "Largest or newest first", icon: <ArrowDown size={14} aria-hidden />, isChecked: order?.isDown === true, run: () => onSort([{ field, isDown: true }]) },
        { label: "Smallest or oldest first", icon: <ArrowUp size={14} aria-hidden />, isChecked: order?.isDown === false, run: () => onSort([{ field, isDown: false }]) },
        { label: "Add to the order", disabled: order !== undefined || sort.length === 0, run: () => onSort([...sort, { field, isDown: true }]) },
      );
      if (order) items.push({ label: "Out of the order", icon: <X size={14} aria-hidden />, run: () => onSort(sort.filter((one) => one.field !== field)) });
      items.push("divider");
    }
    const more = column.menu?.() ?? [];
    if (more.length) items.push(...more, "divider");
    items.push(
      { label: "Wider", icon: <MoveHorizontal size={14} aria-hidden />, run: () => onWidth(column.id, width + 40) },
      { label: "Narrower", run: () => onWidth(column.id, Math.max(column.min ?? 50, width - 40)) },
      { label: "As wide as its contents", run: () => onWidth(column.id, fit(index)) },
    );
    if (onOrder && !column.isPinned) {
      const before = columns[index - 1];
      items.push(
        { label: "To the left", icon: <ArrowLeftToLine size={14} aria-hidden />, disabled: !before || before.isPinned, run: () => onOrder(moved(ids, column.id, before?.id ?? null)) },
        { label: "To the right", icon: <ArrowRightToLine size={14} aria-hidden />, disabled: index === columns.length - 1, run: () => onOrder(moved(ids, column.id, ids[index + 2] ?? null)) },
      );
    }
    if (onHide && !column.isFixed) items.push("divider", { label: "Hide this column", icon: <EyeOff size={14} aria-hidden />, run: () => onHide(column.id) });
    setMenuAt({ point, items });
  };
  const fit = (index: number): number => {
    const cells = box.current?.querySelectorAll<HTMLElement>(`[data-column="${index}"]`) ?? [];
    let widest = 60;
    for (const cell of cells) {
      const range = document.createRange();
      range.selectNodeContents(cell);
      widest = Math.max(widest, Math.ceil(range.getBoundingClientRect().width) + 26);
    }
    return Math.min(700, widest);
  };
  const onGrip = (event: PointerEvent, column: Column<Row>, index: number) => {
    event.preventDefault();
    event.stopPropagation();
    const begun = { x: event.clientX, width: shownWidths[index] ?? column.width };
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    let width = begun.width;
    const move = (step: globalThis.PointerEvent) => {
      width = Math.max(column.min ?? 50, begun.width + step.clientX - begun.x);
      setLive({ id: column.id, width });
    };
    const end = () => {
      grip.removeEventListener("pointermove", move as EventListener);
      setLive(null);
      if (width !== begun.width) onWidth(column.id, Math.round(width));
    };
    grip.addEventListener("pointermove", move as EventListener);
    grip.addEventListener("lostpointercapture", end, { once: true });
  };

  const allOn = selection !== undefined && rows.length > 0 && rows.every((row) => selection.has(idOf(row)));
  // While one scrolls it stays as it is: the props are the same object until the caller draws again.
  const head = useMemo(() => (
    <div role="row" aria-rowindex={1} className={css.head} aria-hidden={isNarrow || undefined}>
      {selection ? (
        <div role="columnheader" aria-label="Selected" className={cx(css.headCell, css.pinned)} style={{ left: 0 }}>
          <button type="button" className={css.box} style={{ padding: 0 }} tabIndex={-1} aria-label={allOn ? "Select none" : "Select all that are loaded"} onClick={() => (allOn ? selection.clear() : selection.range(rows.map(idOf)))}>
            <i {...(allOn ? { "data-on": true } : selection.size > 0 ? { "data-partly": true } : {})} />
          </button>
        </div>
      ) : null}
      {columns.map((column, index) => {
        const place = column.sort ? sort.findIndex((one) => one.field === column.sort) : -1;
        const order = sort[place];
        const left = lefts[index] ?? null;
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={order ? (order.isDown ? "descending" : "ascending") : column.sort ? "none" : undefined}
            className={cx(css.headCell, left !== null && css.pinned, left !== null && lefts[index + 1] == null && css.edge)}
            style={left === null || !isWide ? undefined : { left }}
            {...(column.isRight ? { "data-right": true } : {})}
            {...(order ? { "data-sorted": true } : {})}
            {...(dropAt === column.id ? { "data-drop": "before" } : {})}
            draggable={Boolean(onOrder) && !column.isPinned}
            onDragStart={(event: DragEvent) => event.dataTransfer.setData("text/jarvis-column", column.id)}
            onDragOver={(event: DragEvent) => {
              if (column.isPinned || !event.dataTransfer.types.includes("text/jarvis-column")) return;
              event.preventDefault();
              setDropAt(column.id);
            }}
            onDragLeave={() => setDropAt(null)}
            onDrop={(event: DragEvent) => {
              const dragged = event.dataTransfer.getData("text/jarvis-column");
              setDropAt(null);
              if (dragged) onOrder?.(moved(columns.map((one) => one.id), dragged, column.id));
            }}
            onContextMenu={(event) => {
              event.preventDefault();
              headMenu(column, { x: event.clientX, y: event.clientY });
            }}
          >
            <button
              type="button"
              title={column.title ?? column.label}
              aria-haspopup="menu"
              onClick={(event: MouseEvent) => {
                if (column.sort && event.detail > 0) return onSort(nextSort(sort, column.sort, event.shiftKey));
                // By keyboard the column's menu opens, which holds the order and all the rest.
                const rect = event.currentTarget.getBoundingClientRect();
                headMenu(column, { x: rect.left, y: rect.bottom });
              }}
            >
              {column.isFiltered ? <i className={css.filtered} title="filtered" /> : null}
              <span>{column.label}</span>
              {order ? order.isDown ? <ArrowDown size={11} aria-hidden /> : <ArrowUp size={11} aria-hidden /> : null}
              {order && sort.length > 1 ? <i className={css.order}>{place + 1}</i> : null}
            </button>
            <div className={css.grip} onPointerDown={(event) => onGrip(event, column, index)} onDoubleClick={() => onWidth(column.id, fit(index))} aria-hidden />
          </div>
        );
      })}
      <div role="columnheader" aria-label="" className={css.headCell} />
    </div>
  ), [props, shownWidths, lefts, isWide, isNarrow, dropAt]);
  const style = { "--columns": tracks(shownWidths, selection !== undefined), "--row": `${rowHeight}px`, "--width": `${width}px` } as CSSProperties;
  return (
    <div
      ref={box}
      role="grid"
      aria-label={label}
      aria-rowcount={total ?? (hasMore ? -1 : rows.length + 1)}
      aria-colcount={columns.length}
      aria-multiselectable={selection ? true : undefined}
      aria-busy={isLoading || undefined}
      aria-activedescendant={current >= 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      className={cx(css.grid, isNarrow && css.narrow)}
      style={style}
      {...(isWide ? { "data-wide": true } : {})}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === box.current && current < 0 && rows[0]) {
          setAt(idOf(rows[0]));
          onAt?.(rows[0]);
        }
      }}
    >
      {head}
      <div className={css.body} role="rowgroup" style={{ height: (rows.length + (hasMore ? 3 : 0)) * rowHeight }}>
        {rows.slice(first, last).map((row, offset) => {
          const rowId = idOf(row);
          const index = first + offset;
          return (
            <GridRow
              key={rowId}
              domId={`${id}-${rowId}`}
              rowId={rowId}
              row={row}
              index={index}
              top={index * rowHeight}
              columns={columns as readonly Column<unknown>[]}
              lefts={lefts}
              isSelected={selection?.has(rowId) ?? false}
              hasBox={selection !== undefined}
              isAt={rowId === at}
              isOpen={rowId === peeked}
              handlers={handlers as RowHandlers<unknown>}
              narrow={isNarrow ? (narrow as (row: unknown) => ReactNode) : undefined}
            />
          );
        })}
        {hasMore
          ? [0, 1, 2].map((bone) => (
              <div key={bone} className={css.bones} style={{ top: (rows.length + bone) * rowHeight }} aria-hidden>
                {[...columns, null].map((_, index) => (
                  <span key={index} />
                ))}
              </div>
            ))
          : null}
      </div>
      {rows.length === 0 && !isLoading ? empty : null}
      {menuAt ? <MenuAt at={menuAt.point} items={menuAt.items} label="Actions" onClose={() => setMenuAt(null)} /> : null}
    </div>
  );
}

interface RowHandlers<Row> {
  onClick: (event: MouseEvent, row: Row) => void;
  onDoubleClick: (row: Row) => void;
  onMenu: (event: MouseEvent, row: Row) => void;
}

interface GridRowProps {
  domId: string;
  rowId: string;
  row: unknown;
  index: number;
  top: number;
  columns: readonly Column<unknown>[];
  lefts: readonly (number | null)[];
  isSelected: boolean;
  hasBox: boolean;
  isAt: boolean;
  isOpen: boolean;
  handlers: RowHandlers<unknown>;
  narrow: ((row: unknown) => ReactNode) | undefined;
}

const GridRow = memo(function GridRow({ domId, rowId, row, index, top, columns, lefts, isSelected, hasBox, isAt, isOpen, handlers, narrow }: GridRowProps) {
  return (
    <div
      id={domId}
      data-id={rowId}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={hasBox ? isSelected : undefined}
      className={css.row}
      style={{ top }}
      {...(isAt ? { "data-at": true } : {})}
      {...(isOpen ? { "data-open": true } : {})}
      onClick={(event) => handlers.onClick(event, row)}
      onDoubleClick={() => handlers.onDoubleClick(row)}
      onContextMenu={(event) => handlers.onMenu(event, row)}
    >
      {hasBox ? (
        <div role="gridcell" className={css.pinned} style={{ left: 0, height: "100%" }}>
          <div className={css.box} data-box>
            <i {...(isSelected ? { "data-on": true } : {})} />
          </div>
        </div>
      ) : null}
      {narrow ? (
        <div role="gridcell" className={css.lines}>
          {narrow(row)}
        </div>
      ) : (
        columns.map((column, at) => {
          const left = lefts[at] ?? null;
          const text = column.text?.(row);
          return (
            <div
              key={column.id}
              role="gridcell"
              data-column={at}
              className={cx(css.cell, column.isMono && "mono", left !== null && css.pinned, left !== null && lefts[at + 1] == null && css.edge)}
              style={left === null ? undefined : { left }}
              title={column.hover?.(row) ?? (column.cell ? undefined : text)}
              {...(column.isRight ? { "data-right": true } : {})}
              {...(column.cell ? { "data-flex": true } : {})}
            >
              {column.cell ? column.cell(row) : text}
            </div>
          );
        })
      )}
    </div>
  );
});

/** A row's name as a link: opened in a new tab by the browser's own ways. */
export const gridLink = css.link ?? "";
/** The two lines of a narrow row. */
export const gridLines = css.lines ?? "";
