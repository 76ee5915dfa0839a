// Which rows of the screen the lines of a log make: a page of lines is cut when it arrives; what has not arrived counts as a row a
// line. So any place in a log of any length is known at once, and stands still when its neighbours come. Pure.
import { barKey, pieces, wrapped, type Piece } from "./text";

export const PAGE_LINES = 500;

export interface LogLine {
  line: number;
  timestamp: number;
  msg: string;
  level?: string;
  worker?: string;
}

export interface Row {
  line: number;
  /** Of the rows that a long line is cut into. */
  part: number;
  pieces: Piece[];
  timestamp: number;
  level: string;
  /** How many states of a bar came before this one; they are not shown unless it is opened. */
  states: number;
  isOpened: boolean;
}

/** The first or the last line of a page as part of a bar that may go on in the page beside it. */
interface Edge {
  line: number;
  key: string | null;
  isOpened: boolean;
}

export interface Page {
  lines: readonly LogLine[];
  rows: readonly Row[];
  head: Edge;
  tail: Edge;
}

const NO_EDGE: Edge = { line: -1, key: null, isOpened: false };

/** Cuts the lines of a page into rows. Of a bar that moves only the last state is shown, unless one of its lines is opened. */
export function pageOf(lines: readonly LogLine[], columns: number, opened: ReadonlySet<number>): Page {
  const rows: Row[] = [];
  const keys = lines.map((one) => barKey(one.msg));
  let [head, tail] = [NO_EDGE, NO_EDGE];
  for (let from = 0, end = 0; from < lines.length; from = end) {
    end = from + 1;
    while (end < lines.length && keys[from] !== null && keys[end] === keys[from]) end += 1;
    const states = lines.slice(from, end);
    const isOpened = opened.size > 0 && states.some((one) => opened.has(one.line));
    for (const one of isOpened ? states : states.slice(-1)) {
      const isLast = one === states.at(-1);
      wrapped(pieces(one.msg), columns).forEach((cut, part) => {
        const stands = isLast && part === 0 && keys[from] !== null;
        rows.push({ line: one.line, part, pieces: cut, timestamp: one.timestamp, level: one.level ?? "", states: stands ? states.length - 1 : 0, isOpened: stands && isOpened });
      });
    }
    tail = { line: lines[end - 1]?.line ?? -1, key: keys[from] ?? null, isOpened };
    if (from === 0) head = { ...tail, line: lines[0]?.line ?? -1 };
  }
  return { lines, rows, head, tail };
}

/** A bar that goes on in the next page is shown there. A page keeps one row all the same: else a log of nothing but one bar would have to be fetched whole to fill a screen. */
function joined(pages: ReadonlyMap<number, Page>): ReadonlyMap<number, Page> {
  const out = new Map(pages);
  for (const number of [...pages.keys()].sort((a, b) => a - b)) {
    const page = out.get(number);
    const next = out.get(number + 1);
    if (!page || !next) continue;
    const { tail } = page;
    if (tail.key === null || tail.key !== next.head.key || tail.isOpened || next.head.isOpened || tail.line + 1 !== next.head.line) continue;
    const kept = page.rows.filter((row) => row.line !== tail.line);
    const [stands, ...others] = next.rows;
    if (kept.length === 0 || !stands) continue;
    const gone = 1 + (page.rows[kept.length]?.states ?? 0);
    out.set(number, { ...page, rows: kept });
    out.set(number + 1, { ...next, rows: [{ ...stands, states: stands.states + gone }, ...others] });
  }
  return out;
}

/** The opened lines, after the bar that this row stands for was opened or closed. A bar is opened in each page that it lies in. */
export function toggled(opened: ReadonlySet<number>, row: Row): ReadonlySet<number> {
  const out = new Set(opened);
  const start = row.line - row.states;
  const lastOfPageBefore = pageNumber(row.line) * PAGE_LINES - 1;
  if (row.isOpened) {
    for (let line = start; line <= row.line; line += 1) out.delete(line);
    // It came from the pages before, where their last lines opened it.
    if (start === lastOfPageBefore + 1) for (let edge = lastOfPageBefore; out.delete(edge); ) edge -= PAGE_LINES;
    return out;
  }
  out.add(row.line);
  for (let edge = lastOfPageBefore; edge >= start; edge -= PAGE_LINES) out.add(edge);
  return out;
}

/** A whole log as pages, of which some are there. */
export interface Book {
  first: number;
  total: number;
  pages: ReadonlyMap<number, Page>;
  /** How many rows come before each page, and at the end how many there are. */
  starts: Float64Array;
}

export function pageNumber(line: number): number {
  return Math.floor(line / PAGE_LINES);
}

function rowsIn(book: Pick<Book, "first" | "total" | "pages">, page: number): number {
  const loaded = book.pages.get(page);
  if (loaded) return loaded.rows.length;
  const from = Math.max(book.first, page * PAGE_LINES);
  return Math.max(0, Math.min(book.total, (page + 1) * PAGE_LINES) - from);
}

export function bookOf(first: number, total: number, loaded: ReadonlyMap<number, Page>): Book {
  const pages = joined(loaded);
  const count = Math.ceil(total / PAGE_LINES);
  const starts = new Float64Array(count + 1);
  for (let page = 0; page < count; page += 1) starts[page + 1] = (starts[page] ?? 0) + rowsIn({ first, total, pages }, page);
  return { first, total, pages, starts };
}

export function rowCount(book: Book): number {
  return book.starts.at(-1) ?? 0;
}

/** The page that holds this row. */
export function pageAtRow(book: Book, row: number): number {
  let low = 0;
  let high = book.starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((book.starts[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The rows [from, to); null where a page has not arrived. */
export function rowsBetween(book: Book, from: number, to: number): (Row | null)[] {
  const out: (Row | null)[] = [];
  let page = pageAtRow(book, from);
  for (let row = from; row < to; row += 1) {
    while (row >= (book.starts[page + 1] ?? Number.POSITIVE_INFINITY)) page += 1;
    out.push(book.pages.get(page)?.rows[row - (book.starts[page] ?? 0)] ?? null);
  }
  return out;
}

/** Where a line begins; the row that stands for it when it is hidden in a bar. */
export function rowOfLine(book: Book, line: number): number {
  const page = pageNumber(line);
  const start = book.starts[Math.min(page, book.starts.length - 1)] ?? 0;
  const loaded = book.pages.get(page);
  if (!loaded) return start + Math.max(0, line - Math.max(book.first, page * PAGE_LINES));
  const at = loaded.rows.findIndex((row) => row.line >= line);
  if (at >= 0) return start + at;
  // What a bar that goes on in the next page left here is shown by that page's first row.
  return Math.max(0, Math.min(start + loaded.rows.length, rowCount(book) - 1));
}

export function lineAtRow(book: Book, row: number): number {
  const page = pageAtRow(book, row);
  const within = row - (book.starts[page] ?? 0);
  return book.pages.get(page)?.rows[within]?.line ?? Math.max(book.first, page * PAGE_LINES) + within;
}
