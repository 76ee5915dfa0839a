// Where a text is in a log: asked of the server portion by portion, until all of it was looked at or there is enough.
import { useEffect, useState } from "react";
import { call } from "~/api/client";
import type { LogLine } from "./pages";

const MATCHES_MAX = 10_000;
const AT_ONCE = 1_000;
/** What fills a screen is there before the rest is looked for. */
const AT_FIRST = 100;

export interface Matches {
  lines: readonly LogLine[];
  isSearching: boolean;
  /** The log is through, or there were too many. */
  isCut: boolean;
  error: string | null;
}

const NOTHING: Matches = { lines: [], isSearching: false, isCut: false, error: null };

export function useLogSearch(task: string, text: string, isPattern: boolean, isCaseSensitive: boolean): Matches {
  const [matches, setMatches] = useState<Matches>(NOTHING);
  useEffect(() => {
    if (!text) {
      setMatches(NOTHING);
      return;
    }
    const stop = new AbortController();
    const run = async () => {
      setMatches({ ...NOTHING, isSearching: true });
      const found: LogLine[] = [];
      let from: number | null = 0;
      try {
        while (from !== null && found.length < MATCHES_MAX) {
          const answer: { lines: LogLine[]; next: number | null } = await call("events.search_log", { task, pattern: text, is_regex: isPattern, case_sensitive: isCaseSensitive, from, count: found.length === 0 ? AT_FIRST : AT_ONCE }, stop.signal);
          found.push(...answer.lines);
          from = answer.next;
          setMatches({ lines: [...found], isSearching: from !== null && found.length < MATCHES_MAX, isCut: from !== null && found.length >= MATCHES_MAX, error: null });
        }
      } catch (problem) {
        if (!stop.signal.aborted) setMatches({ ...NOTHING, error: (problem as Error).message });
      }
    };
    void run();
    return () => stop.abort();
  }, [task, text, isPattern, isCaseSensitive]);
  return matches;
}

/** What errors look like, where nothing else is searched for. */
export const ERROR_PATTERN = String.raw`\b(error|exception|traceback|critical|fatal|failed)\b|oom.?kill`;

/** The next line after (or before) this one that matches; null when there is none. */
export async function nextMatch(task: string, pattern: string, isPattern: boolean, isCaseSensitive: boolean, line: number, isBackward: boolean): Promise<number | null> {
  let from: number | null = isBackward ? line : line + 1;
  while (from !== null) {
    const answer: { lines: LogLine[]; next: number | null } = await call("events.search_log", { task, pattern, is_regex: isPattern, case_sensitive: isCaseSensitive, from, count: 1, backward: isBackward });
    const found = answer.lines[0];
    if (found) return found.line;
    from = answer.next;
  }
  return null;
}
