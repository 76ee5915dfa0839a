// The lines of one task's log, fetched page by page from a server that numbers them, and forgotten again when they are far away.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { call, ApiError, isAway, isSignedOut } from "~/api/client";
import { needOf } from "~/live/concerns";
import { usePaced } from "~/live/connection";
import { useWatcher } from "~/live/live";
import { bookOf, PAGE_LINES, pageNumber, pageOf, type Book, type LogLine, type Page } from "./pages";

/** So many pages are kept: 100,000 lines. A page of one long bar is a single row, so it takes many to fill a high screen. */
const PAGES_MAX = 200;
const LIVE_MS = 1_000;
const STILL_MS = 10_000;

interface Loaded {
  lines: readonly LogLine[];
  isWhole: boolean;
  used: number;
}

export interface LogSource {
  book: Book;
  isReady: boolean;
  error: Error | null;
  /** Fetches what of these lines is not there. */
  want: (from: number, to: number) => void;
  again: () => void;
}

export function useLogSource(task: string, isLive: boolean, columns: number, opened: ReadonlySet<number>): LogSource {
  const loaded = useRef(new Map<number, Loaded>());
  const asked = useRef(new Set<number>());
  const outdated = useRef(new Set<number>());
  const cuts = useRef(new WeakMap<readonly LogLine[], { columns: number; opened: ReadonlySet<number>; page: Page }>());
  const clock = useRef(0);
  const [size, setSize] = useState({ first: 0, total: 0 });
  const [version, setVersion] = useState(0);
  const [isReady, setReady] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const question = useMemo(() => ["events.get_log_lines", { task }], [task]);
  const every = usePaced(question)(isLive ? LIVE_MS : STILL_MS) || STILL_MS;

  const fetchPage = useCallback(
    async (page: number | null, signal?: AbortSignal) => {
      if (page !== null && asked.current.has(page)) return;
      if (page !== null) asked.current.add(page);
      try {
        const answer = await call("events.get_log_lines", { task, count: PAGE_LINES, ...(page === null ? {} : { from: page * PAGE_LINES }) }, signal);
        // The end of a log is asked for before one knows how long it is; its lines may lie in two pages.
        const groups = new Map<number, LogLine[]>();
        for (const line of answer.lines) {
          const list = groups.get(pageNumber(line.line)) ?? [];
          list.push(line);
          groups.set(pageNumber(line.line), list);
        }
        const last = pageNumber(Math.max(0, answer.total - 1));
        let isPartial = false;
        for (const [number, lines] of groups) {
          const from = Math.max(answer.first_line, number * PAGE_LINES);
          const isWhole = lines.length === Math.min(answer.total, (number + 1) * PAGE_LINES) - from;
          if (!isWhole && number !== last) {
            isPartial = true;
            continue;
          }
          const before = loaded.current.get(number);
          const isSame = before && before.lines.length === lines.length && before.lines.at(-1)?.line === lines.at(-1)?.line && before.lines[0]?.line === lines[0]?.line;
          if (!isSame && (isWhole || page !== null)) loaded.current.set(number, { lines, isWhole: (number + 1) * PAGE_LINES <= answer.total, used: (clock.current += 1) });
          if (!isWhole && page === null) isPartial = true;
        }
        setSize((now) => (now.first === answer.first_line && now.total === answer.total ? now : { first: answer.first_line, total: answer.total }));
        setError(null);
        setReady(true);
        setVersion((now) => now + 1);
        if (isPartial && page === null) await fetchPage(last, signal);
      } catch (problem) {
        if (signal?.aborted || isSignedOut(problem)) return;
        if (!isAway(problem)) setError(problem instanceof ApiError ? problem : (problem as Error));
      } finally {
        if (page !== null) asked.current.delete(page);
      }
      if (page !== null && outdated.current.delete(page) && !signal?.aborted) await fetchPage(page, signal);
    },
    [task],
  );

  const total = useRef(0);
  useEffect(() => {
    total.current = size.total;
  }, [size.total]);
  useEffect(() => {
    const stop = new AbortController();
    loaded.current.clear();
    asked.current.clear();
    setReady(false);
    setSize({ first: 0, total: 0 });
    void fetchPage(null, stop.signal);
    return () => stop.abort();
  }, [fetchPage]);
  /** The page where new lines come, and how many there are by now. */
  const fetchEnd = useCallback(async () => {
    const end = total.current > 0 ? pageNumber(total.current) : null;
    // The answer that is on its way may be older than the lines that were told of.
    if (end !== null && asked.current.has(end)) outdated.current.add(end);
    else await fetchPage(end);
  }, [fetchPage]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void fetchEnd();
    }, every);
    return () => clearInterval(timer);
  }, [fetchEnd, every]);
  useWatcher(useMemo(() => needOf(question), [question]), fetchEnd);

  const want = useCallback(
    (from: number, to: number) => {
      const end = Math.min(to, total.current);
      for (let page = pageNumber(from); page <= pageNumber(Math.max(from, end - 1)); page += 1) {
        const there = loaded.current.get(page);
        if (there) there.used = clock.current += 1;
        const isEnd = (page + 1) * PAGE_LINES > total.current;
        if (!there || (!there.isWhole && !isEnd)) void fetchPage(page);
      }
      if (loaded.current.size > PAGES_MAX) {
        const oldest = [...loaded.current].sort((a, b) => a[1].used - b[1].used).slice(0, loaded.current.size - PAGES_MAX);
        for (const [page] of oldest) loaded.current.delete(page);
      }
    },
    [fetchPage],
  );

  const book = useMemo(() => {
    const pages = new Map<number, Page>();
    for (const [number, { lines }] of loaded.current) {
      const known = cuts.current.get(lines);
      if (known && known.columns === columns && known.opened === opened) pages.set(number, known.page);
      else {
        const page = pageOf(lines, columns, opened);
        cuts.current.set(lines, { columns, opened, page });
        pages.set(number, page);
      }
    }
    return bookOf(size.first, size.total, pages);
    // `version` stands for what was loaded.
  }, [size, columns, opened, version]);

  const again = useCallback(() => {
    setError(null);
    void fetchPage(null);
  }, [fetchPage]);
  return { book, isReady, error, want, again };
}
