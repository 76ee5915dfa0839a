import { describe, expect, it } from "vitest";
import { bookOf, lineAtRow, pageAtRow, pageOf, rowCount, rowOfLine, rowsBetween, toggled, type LogLine } from "./pages";

const lines = (from: number, texts: string[]): LogLine[] => texts.map((msg, index) => ({ line: from + index, timestamp: 0, msg }));
const page = (from: number, texts: string[], columns = 0) => pageOf(lines(from, texts), columns, new Set());
const NONE = new Set<number>();

describe("a log as pages", () => {
  it("knows every place of ten million lines without having them", () => {
    const book = bookOf(0, 10_000_000, new Map());
    expect(rowCount(book)).toBe(10_000_000);
    expect(rowOfLine(book, 7_654_321)).toBe(7_654_321);
    expect(lineAtRow(book, 9_999_999)).toBe(9_999_999);
    expect(rowsBetween(book, 5, 8)).toEqual([null, null, null]);
  });

  it("gives long lines the rows they need and moves only what comes after them", () => {
    const long = page(500, ["x".repeat(25), ...Array.from({ length: 499 }, () => "y")], 10);
    const book = bookOf(0, 2_000, new Map([[1, long]]));
    expect(rowCount(book)).toBe(2_002);
    expect(rowOfLine(book, 501)).toBe(503);
    expect(rowOfLine(book, 1_000)).toBe(1_002);
    expect(lineAtRow(book, 502)).toBe(500);
    expect(rowsBetween(book, 499, 503).map((row) => row && `${row.line}.${row.part}`)).toEqual([null, "500.0", "500.1", "500.2"]);
    expect(pageAtRow(book, 501)).toBe(1);
  });

  it("shows of a bar that moves the last state, and all of them when asked", () => {
    const texts = ["start", "a: 10%|#", "a: 50%|###", "a: 99%|####", "b: 1%|", "end"];
    const closed = page(0, texts);
    expect(closed.rows.map((row) => [row.line, row.states])).toEqual([[0, 0], [3, 2], [4, 0], [5, 0]]);
    const opened = pageOf(lines(0, texts), 0, new Set([3]));
    expect(opened.rows.map((row) => row.line)).toEqual([0, 1, 2, 3, 4, 5]);
    const book = bookOf(0, 6, new Map([[0, closed]]));
    expect(rowOfLine(book, 1)).toBe(1);
  });

  it("shows of a bar that goes on in the next page its last state only, and all of them when asked", () => {
    const before = Array.from({ length: 500 }, (_, index) => (index < 498 ? `line ${index}` : `a: ${index - 400}%|#`));
    const after = ["a: 99%|#", "a: 100%|#", "end"];
    const cut = (opened: ReadonlySet<number>) => bookOf(0, 503, new Map([[0, pageOf(lines(0, before), 0, opened)], [1, pageOf(lines(500, after), 0, opened)]]));
    const tail = (book: ReturnType<typeof cut>) => rowsBetween(book, 497, rowCount(book)).map((row) => [row?.line, row?.states, row?.isOpened]);

    const closed = cut(NONE);
    expect(tail(closed)).toEqual([[497, 0, false], [501, 3, false], [502, 0, false]]);
    expect([498, 499, 500, 501].map((line) => rowOfLine(closed, line))).toEqual([498, 498, 498, 498]);

    const stands = rowsBetween(closed, 498, 499)[0];
    const opened = toggled(NONE, stands!);
    const shown = cut(opened);
    expect(tail(shown).map(([line]) => line)).toEqual([497, 498, 499, 500, 501, 502]);

    const last = rowsBetween(shown, rowOfLine(shown, 501), rowOfLine(shown, 501) + 1)[0];
    expect(last?.isOpened).toBe(true);
    expect(toggled(opened, last!)).toEqual(NONE);
  });

  it("keeps one row of each page of a bar that fills pages, so that a screen needs only so many of them", () => {
    const bar = Array.from({ length: 500 }, () => "a: 5%|#");
    const book = bookOf(0, 1_501, new Map([0, 1, 2, 3].map((number) => [number, page(number * 500, number < 3 ? bar : ["a: 100%|##"])])));
    expect(rowsBetween(book, 0, rowCount(book)).map((row) => row?.line)).toEqual([499, 999, 1_499, 1_500]);
  });

  it("does not join what it cannot know to be one bar: a page between them has not come", () => {
    const bar = Array.from({ length: 500 }, (_, index) => (index === 0 ? "start" : "a: 5%|#"));
    const book = bookOf(0, 1_001, new Map([[0, page(0, bar)], [2, page(1_000, ["a: 9%|#"])]]));
    expect(rowsBetween(book, 0, 3).map((row) => row?.line ?? null)).toEqual([0, 499, null]);
  });

  it("keeps a bar open while further states of it come", () => {
    const opened = new Set([1]);
    expect(pageOf(lines(0, ["a: 1%|#", "a: 2%|#", "a: 3%|#"]), 0, opened).rows.map((row) => [row.line, row.isOpened])).toEqual([[0, false], [1, false], [2, true]]);
  });

  it("begins where older lines were deleted", () => {
    const book = bookOf(700, 1_200, new Map());
    expect(rowCount(book)).toBe(500);
    expect(rowOfLine(book, 700)).toBe(0);
    expect(lineAtRow(book, 0)).toBe(700);
    expect(lineAtRow(book, 300)).toBe(1_000);
  });

  it("may be empty", () => {
    expect(rowCount(bookOf(0, 0, new Map()))).toBe(0);
    expect(pageOf([], 80, NONE).rows).toEqual([]);
  });
});
