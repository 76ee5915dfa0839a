// How the page hears of changes: told by the server as they happen, by asking, or not at all because it is away.
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { isAway } from "~/api/client";

export type Connection = "live" | "polling" | "away";

let isStreaming = false;
let isServerAway = false;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

export function setStreaming(value: boolean): void {
  if (value === isStreaming) return;
  isStreaming = value;
  if (value) isServerAway = false;
  tell();
}

export function setAway(value: boolean): void {
  if (value === isServerAway) return;
  isServerAway = value;
  tell();
}

export function connection(): Connection {
  if (isServerAway) return "away";
  return isStreaming ? "live" : "polling";
}

export function useConnection(): Connection {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, connection);
}

/** What the page's own questions find out: an answer of any kind is a server that is there. */
export function watchAnswers(client: QueryClient): void {
  client.getQueryCache().subscribe((event) => {
    if (event.type !== "updated") return;
    if (event.action.type === "success") setAway(false);
    if (event.action.type === "failed" || event.action.type === "error") setAway(isAway(event.action.error));
  });
}

const SLOW_MS = 60_000;

/** How often to ask for what the server would tell: rarely while it does tell. A hidden page does not ask at all. */
export function useEvery(milliseconds: number): number {
  return useConnection() === "live" ? Math.max(SLOW_MS, milliseconds) : milliseconds;
}
