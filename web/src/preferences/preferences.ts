// What a user prefers, kept at the server under a name of our own: the preferences of other clients stay as they are.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { Density, Theme } from "~/design/theme";
import { toast } from "~/design/toast";

/** How a table looks: which columns in which order, how wide; what it is sorted by. */
export interface TableLook {
  columns?: string[];
  widths?: Record<string, number>;
  sort?: string;
}

interface SavedView {
  name: string;
  /** The table's part of the address: filters, columns, order. */
  query: string;
}

export interface Preferences {
  theme?: Theme;
  density?: Density;
  showHidden?: boolean;
  redactContainer?: boolean;
  singleKeys?: boolean;
  ownKeys?: Record<string, string | null>;
  navCollapsed?: boolean;
  /** By table: "tasks", "tasks:<project>", "models". */
  tables?: Record<string, TableLook | null>;
  views?: Record<string, Record<string, SavedView | null> | null>;
  pinned?: Record<string, boolean | null>;
  /** What the results of a project are shown by. */
  snapshots?: Record<string, { x?: string; y?: string } | null>;
  runColours?: Record<string, string | null>;
  scalars?: Record<string, unknown>;
  panelWidth?: number;
}

const KEY = ["users.get_preferences", {}] as const;
const OURS = "jarvis";

interface Stored {
  preferences: Record<string, unknown>;
}

function ours(stored: Stored): Preferences {
  return (stored.preferences[OURS] as Preferences | undefined) ?? {};
}

/** Lays one set over another the way the server does: objects are merged, everything else is replaced. */
function merged<T>(base: T, change: Partial<T>): T {
  const out = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(change)) {
    const before = out[key];
    const bothObjects = isObject(value) && isObject(before);
    out[key] = bothObjects ? merged(before, value) : value;
  }
  return out as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NONE: Preferences = {};

export function usePreferences(): Preferences {
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }): Promise<Stored> => call("users.get_preferences", {}, signal),
    staleTime: 60_000,
    select: ours,
  });
  return query.data ?? NONE;
}

/** Changes some of them: on the page at once, at the server in a moment. */
export function useSetPreferences(): (change: Partial<Preferences>) => void {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (change: Partial<Preferences>) => call("users.set_preferences", { preferences: { [OURS]: change } }),
    onError: (error) => toast(`The preference is not kept: ${error.message}`, { isError: true }),
  });
  return (change) => {
    client.setQueryData(KEY, (before: Stored | undefined) => ({
      preferences: { ...before?.preferences, [OURS]: merged(before ? ours(before) : NONE, change) },
    }));
    save.mutate(change);
  };
}
