// What this user prefers, kept by the server under one name of ours beside what other clients keep there.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../api";
import type { Theme } from "../design/theme";
import { toast } from "../design/toast";

/** How a task table looks: kept by name, and the last one by project. */
export interface TableView {
  columns: string[];
  query: string;
}

export interface Preferences {
  theme?: Theme;
  keys?: "on" | "off";
  views?: Record<string, TableView | null>;
  columns?: Record<string, string[]>;
}

const KEY = ["preferences"];

export function usePreferences(): Preferences {
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call<{ preferences: { jarvis?: Preferences } }>("users.get_preferences", {}, signal),
    staleTime: 300_000,
  });
  return query.data?.preferences.jarvis ?? {};
}

/** Changes some preferences; the others stay. Shown at once, undone when the server refuses. */
export function useSetPreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Preferences) => call("users.set_preferences", { preferences: { jarvis: change } }),
    onMutate: (change) => {
      const before = client.getQueryData<{ preferences: { jarvis?: Preferences } }>(KEY);
      client.setQueryData(KEY, { preferences: { ...before?.preferences, jarvis: merged(before?.preferences.jarvis ?? {}, change) } });
      return before;
    },
    onError: (error, _, before) => {
      client.setQueryData(KEY, before);
      toast(error.message, true);
    },
  });
}

function merged(before: Preferences, change: Preferences): Preferences {
  return {
    ...before,
    ...change,
    ...(change.views ? { views: { ...before.views, ...change.views } } : {}),
    ...(change.columns ? { columns: { ...before.columns, ...change.columns } } : {}),
  };
}
