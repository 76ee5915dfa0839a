// Keeps what the page shows as the server has it: the stream tells what changed, the questions that it concerns are asked again.
import type { Query, QueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ApiError, isAway, isSignedOut } from "~/api/client";
import { concerns, interestOf, needOf, type Need } from "./concerns";
import type { Change } from "./change";
import { connection, setAway, setStreaming } from "./connection";
import { refresher, type Watcher } from "./refresher";
import { stream } from "./stream";

/** A page changes its questions one after the other: one looks when it has done so. */
const SETTLE_MS = 300;

const ME = "users.get_current_user";

// What is not asked through the cache, or not simply asked again: logs, long lists.
const own = new Set<Watcher>();
const ownListeners = new Set<() => void>();

/** Calls `refresh` when something changed that concerns `need`; a need of null is none. */
export function useWatcher(need: Need | null, refresh: Watcher["refresh"]): void {
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  const key = JSON.stringify(need);
  useEffect(() => {
    const parsed = JSON.parse(key) as Need | null;
    if (!parsed) return;
    const watcher: Watcher = { need: parsed, refresh: (changes) => latest.current(changes) };
    own.add(watcher);
    for (const listener of ownListeners) listener();
    return () => {
      own.delete(watcher);
      for (const listener of ownListeners) listener();
    };
  }, [key]);
}

/** The questions of the cache as watchers. A list's rows look after themselves. */
function cacheWatchers(client: QueryClient) {
  const made = new WeakMap<Query, Watcher | null>();
  const make = (query: Query): Watcher | null => {
    const need = query.queryKey[2] === "rows" ? null : needOf(query.queryKey);
    if (!need) return null;
    return {
      need,
      refresh: async () => {
        // An answer that is on its way may be older than the change.
        if (query.state.fetchStatus === "fetching") await client.refetchQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false });
        if (query.isActive()) await client.refetchQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch: false });
        else query.invalidate();
      },
    };
  };
  const watcherOf = (query: Query) => {
    let watcher = made.get(query);
    if (watcher === undefined) made.set(query, (watcher = make(query)));
    return watcher;
  };
  return {
    active: () => client.getQueryCache().findAll({ type: "active" }).map(watcherOf).filter((one) => one !== null),
    /** What nobody looks at is asked again when somebody does. */
    spoil: (changes: readonly Change[] | null) => {
      for (const query of client.getQueryCache().findAll({ type: "inactive" })) {
        const need = needOf(query.queryKey);
        if (need && (changes === null || changes.some((change) => concerns(need, change, true)))) query.invalidate();
      }
    },
  };
}

/** Begins; for as long as the page is open. */
export function goLive(client: QueryClient): void {
  const cached = cacheWatchers(client);
  const refresh = refresher();
  const watchers = () => [...cached.active(), ...own];
  let isLost = false;
  const line = stream({
    fetch: (url, init) => fetch(url, init),
    onOpen: () => {
      isLost = false;
      setStreaming(true);
    },
    onChanges: (changes) => {
      refresh.tell(watchers(), changes);
      cached.spoil(changes);
    },
    onReset: () => {
      refresh.tellAll(watchers());
      cached.spoil(null);
    },
    onLost: () => {
      setStreaming(false);
      // Whether the session ended or the server is away, the next question tells.
      if (!isLost) void client.refetchQueries({ queryKey: [ME] }, { cancelRefetch: false });
      isLost = true;
    },
  });

  const look = () => line.want(document.visibilityState === "visible" ? interestOf(watchers().map((watcher) => watcher.need)) : null);
  let settling: ReturnType<typeof setTimeout> | undefined;
  const lookSoon = () => {
    settling ??= setTimeout(() => {
      settling = undefined;
      look();
    }, SETTLE_MS);
  };
  ownListeners.add(lookSoon);
  client.getQueryCache().subscribe((event) => {
    if (event.type === "observerAdded" || event.type === "observerRemoved") lookSoon();
    if (event.type !== "updated") return;
    const { action, query } = event;
    // What the page's own questions find out: an answer of any kind is a server that is there.
    if (action.type === "success") {
      const wasAway = connection() === "away";
      setAway(false);
      if (wasAway || query.queryKey[0] === ME) line.hurry();
    }
    if (action.type === "failed" || action.type === "error") {
      if (isAway(action.error)) setAway(true);
      else if (action.error instanceof ApiError && !isSignedOut(action.error)) setAway(false);
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") setStreaming(false);
    look();
  });
  look();
}
