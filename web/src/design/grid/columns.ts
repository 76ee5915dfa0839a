// What a table's columns are, and how they lie. Pure.
import type { ReactNode } from "react";
import type { MenuEntry } from "../menu";

export interface Column<Row> {
  id: string;
  label: string;
  /** Said in full where the label is short. */
  title?: string;
  width: number;
  min?: number;
  isRight?: boolean;
  /** What the server orders by; without it the column is not sorted. */
  sort?: string;
  /** Text alone is the fastest cell there is. */
  text?: (row: Row) => string;
  /** The whole text on hover, where the cell shows less of it. */
  hover?: (row: Row) => string;
  cell?: (row: Row) => ReactNode;
  /** More entries of the column's menu. */
  menu?: () => MenuEntry[];
  isFiltered?: boolean;
  isMono?: boolean;
  /** Stays at the left while the rest scrolls. */
  isPinned?: boolean;
  /** Always there. */
  isFixed?: boolean;
}

export interface SortKey {
  field: string;
  isDown: boolean;
}

export const BOX_WIDTH = 34;

/** "-last_update,name" */
export function parseSort(text: string): SortKey[] {
  return text.split(",").filter(Boolean).map((one) => (one.startsWith("-") ? { field: one.slice(1), isDown: true } : { field: one, isDown: false }));
}

export function writeSort(keys: readonly SortKey[]): string {
  return keys.map((one) => (one.isDown ? `-${one.field}` : one.field)).join(",");
}

/**
 * A press on a column's head: down first, then up, then not at all; with Shift beside the others, else instead of them. Numbers
 * and dates are wanted with the largest first; so is everything, for one rule.
 */
export function nextSort(keys: readonly SortKey[], field: string, isAdded: boolean): SortKey[] {
  const current = keys.find((one) => one.field === field);
  const next = !current ? { field, isDown: true } : current.isDown ? { field, isDown: false } : null;
  if (!isAdded) return next ? [next] : [];
  const others = keys.filter((one) => one.field !== field);
  if (!next) return others;
  return current ? keys.map((one) => (one.field === field ? next : one)) : [...keys, next];
}

/** The columns' tracks; the last one takes the room that is left. */
export function tracks(widths: readonly number[], hasBox: boolean): string {
  return [hasBox ? `${BOX_WIDTH}px` : "", ...widths.map((width) => `${width}px`), "minmax(0, 1fr)"].filter(Boolean).join(" ");
}

/** Where each pinned column's left edge stands; null for those that scroll. */
export function pins(columns: readonly Pick<Column<never>, "isPinned">[], widths: readonly number[], hasBox: boolean): (number | null)[] {
  let left = hasBox ? BOX_WIDTH : 0;
  let isPinned = true;
  return columns.map((column, index) => {
    isPinned = isPinned && Boolean(column.isPinned);
    const here = isPinned ? left : null;
    left += widths[index] ?? 0;
    return here;
  });
}

/** The list with `id` moved before `before` (null: to the end). */
export function moved(ids: readonly string[], id: string, before: string | null): string[] {
  if (id === before) return [...ids];
  const rest = ids.filter((one) => one !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  return [...rest.slice(0, at < 0 ? rest.length : at), id, ...rest.slice(at < 0 ? rest.length : at)];
}

/** The rows [first, last) that a scrolled box of this height shows, and some beyond its edges. */
export function windowOf(scrollTop: number, height: number, rowHeight: number, count: number, beyond: number): [number, number] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return [Math.min(first, last), last];
}
