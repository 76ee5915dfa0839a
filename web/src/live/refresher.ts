// Asks again what a change concerns: soon, but never the same thing more often than a person can see, nor so often that the server
// does nothing else.
import type { Change } from "./change";
import { concerns, type Need } from "./concerns";

/** Something shown whose answer can go out of date. */
export interface Watcher {
  need: Need;
  /** Asks again. `changes` are those since the last time; null: anything may have changed. */
  refresh: (changes: readonly Change[] | null) => Promise<unknown>;
}

/** Changes that come together are answered together. */
const SOON_MS = 40;
/** At most four times a second, and what takes long not more than a tenth of the time. */
const GAP_MS = 250;
const REST = 9;
const GAP_MAX_MS = 10_000;
const SUMMARY_GAP_MS = 2_000;
/** Charts that want the same in the same moment share a call: they keep in step. */
const STEP_MS = 50;
const CHANGES_MAX = 500;
const KNOWN_MAX = 5_000;

interface Waiting {
  changes: Change[] | null;
  timer: ReturnType<typeof setTimeout> | undefined;
  isRunning: boolean;
  /** When it may be asked again. */
  rested: number;
}

export interface Refresher {
  tell: (watchers: readonly Watcher[], changes: readonly Change[]) => void;
  /** Anything may have changed. */
  tellAll: (watchers: readonly Watcher[]) => void;
  /** Does nothing more. */
  stop: () => void;
}

export function refresher(): Refresher {
  // By the watcher itself, so that it is forgotten with it.
  const waiting = new Map<Watcher, Waiting>();
  const known = new Map<string, string>();

  const isNews = (change: Change): boolean => {
    const before = known.get(change.id);
    const now = change.action === "deleted" ? "deleted" : `${change.status ?? ""}/${change.project ?? ""}`;
    known.delete(change.id);
    known.set(change.id, now);
    if (known.size > KNOWN_MAX) known.delete(known.keys().next().value ?? "");
    return before !== now || change.kind === "project";
  };

  const run = async (watcher: Watcher, state: Waiting) => {
    state.timer = undefined;
    const { changes } = state;
    state.changes = [];
    state.isRunning = true;
    const began = Date.now();
    try {
      await watcher.refresh(changes);
    } catch {
      // Whoever shows the answer shows what was wrong with it.
    }
    state.isRunning = false;
    const gap = Math.min(GAP_MAX_MS, Math.max(watcher.need.isSummary ? SUMMARY_GAP_MS : GAP_MS, (Date.now() - began) * REST));
    state.rested = Date.now() + gap;
    if (state.changes === null || state.changes.length > 0) plan(watcher, state);
  };

  const plan = (watcher: Watcher, state: Waiting) => {
    if (state.timer !== undefined || state.isRunning) return;
    const due = Math.ceil(Math.max(Date.now() + SOON_MS, state.rested) / STEP_MS) * STEP_MS;
    state.timer = setTimeout(() => void run(watcher, state), due - Date.now());
  };

  const note = (watcher: Watcher, changes: readonly Change[] | null) => {
    const state = waiting.get(watcher) ?? { changes: [], timer: undefined, isRunning: false, rested: 0 };
    waiting.set(watcher, state);
    if (changes === null || state.changes === null || state.changes.length + changes.length > CHANGES_MAX) state.changes = null;
    else state.changes.push(...changes);
    plan(watcher, state);
  };

  const forgetOthers = (watchers: readonly Watcher[]) => {
    if (waiting.size <= watchers.length * 2 + 20) return;
    const there = new Set(watchers);
    for (const [watcher, state] of waiting) {
      if (there.has(watcher)) continue;
      clearTimeout(state.timer);
      waiting.delete(watcher);
    }
  };

  return {
    tell: (watchers, changes) => {
      const told = changes.map((change) => ({ change, isNew: isNews(change) }));
      for (const watcher of watchers) {
        const own = told.filter(({ change, isNew }) => concerns(watcher.need, change, isNew)).map(({ change }) => change);
        if (own.length > 0) note(watcher, own);
      }
      forgetOthers(watchers);
    },
    tellAll: (watchers) => {
      for (const watcher of watchers) note(watcher, null);
      forgetOthers(watchers);
    },
    stop: () => {
      for (const state of waiting.values()) clearTimeout(state.timer);
      waiting.clear();
    },
  };
}
