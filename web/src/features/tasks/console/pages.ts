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
  /** How many states of a bar came before this one and are not shown. */
  hidden: number;
}

export interface Page {
  lines: readonly LogLine[];
  rows: readonly Row[];
}

/** Cuts the lines of a page into rows. Of a bar that moves only the last state is shown, unless its lines are opened. */
export function pageOf(lines: readonly LogLine[], columns: number, opened: ReadonlySet<number>): Page {
  const rows: Row[] = [];
  const keys = lines.map((one) => barKey(one.msg));
  let hidden = 0;
  lines.forEach((one, index) => {
    const isBefore = keys[index] !== null && keys[index] === keys[index + 1];
    if (isBefore && !isOpened(lines, keys, index, opened)) {
      hidden += 1;
      return;
    }
    wrapped(pieces(one.msg), columns).forEach((cut, part) => {
      rows.push({ line: one.line, part, pieces: cut, timestamp: one.timestamp, level: one.level ?? "", hidden: part === 0 ? hidden : 0 });
    });
    hidden = 0;
  });
  return { lines, rows };
}

/** A run of a bar's states is opened by the line that stands for it, the last one. */
function isOpened(lines: readonly LogLine[], keys: readonly (string | null)[], index: number, opened: ReadonlySet<number>): boolean {
  if (opened.size === 0) return false;
  let last = index;
  while (keys[last + 1] === keys[index] && last + 1 < lines.length) last += 1;
  return opened.has(lines[last]?.line ?? -1);
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

export function bookOf(first: number, total: number, pages: ReadonlyMap<number, Page>): Book {
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
  return start + (at < 0 ? Math.max(0, loaded.rows.length - 1) : at);
}

export function lineAtRow(book: Book, row: number): number {
  const page = pageAtRow(book, row);
  const within = row - (book.starts[page] ?? 0);
  return book.pages.get(page)?.rows[within]?.line ?? Math.max(book.first, page * PAGE_LINES) + within;
}
