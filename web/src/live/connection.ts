// How the page hears of changes: by asking, or not at all because the server is away.
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { isAway } from "~/api/client";

export type Connection = "polling" | "away";

let isServerAway = false;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function setAway(value: boolean): void {
  if (value === isServerAway) return;
  isServerAway = value;
  tell();
}

function connection(): Connection {
  return isServerAway ? "away" : "polling";
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
