// How the page hears of changes: the server tells them as they happen, the page asks now and then, or the server is away.
import { useSyncExternalStore } from "react";
import { needOf } from "./concerns";

export type Connection = "live" | "polling" | "away";

let isStreaming = false;
let isServerAway = false;
const listeners = new Set<() => void>();

function set(streaming: boolean, away: boolean): void {
  if (streaming === isStreaming && away === isServerAway) return;
  isStreaming = streaming;
  isServerAway = away;
  for (const listener of listeners) listener();
}

export function setStreaming(value: boolean): void {
  // Who tells is there.
  set(value, value ? false : isServerAway);
}

export function setAway(value: boolean): void {
  set(isStreaming, value);
}

export function connection(): Connection {
  if (isServerAway) return "away";
  return isStreaming ? "live" : "polling";
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, connection);
}

/** What is told as it changes is still asked for so often: what depends on the time, and what was overheard. */
const TOLD_MS = 60_000;

type Interval = number | false;

/** How often to ask this question, which would be asked so often if there were no stream. */
export function usePaced(key: readonly unknown[]): (every: Interval) => Interval {
  const isTold = useConnection() === "live" && needOf(key) !== null;
  return (every) => (isTold && every !== false ? Math.max(every, TOLD_MS) : every);
}
