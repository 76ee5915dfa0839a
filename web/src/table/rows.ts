// The rows of a list that is longer than anybody reads: fetched page by page as they are scrolled to, kept fresh, and not
// moved under the reader's hands.
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { call, type Action, type Body } from "~/api/client";
import type { Change } from "~/live/change";
import { needOf } from "~/live/concerns";
import { usePaced } from "~/live/connection";
import { useWatcher } from "~/live/live";

const FIRST_PAGE = 100;
const PAGE = 250;
/** Up to here everything that was loaded is simply asked again. */
const REREAD_MAX = 350;

const NONE: ReadonlySet<string> = new Set();

interface Page<Row> {
  rows: Row[];
  next: string | null;
}

export interface Rows<Row> {
  rows: readonly Row[];
  hasMore: boolean;
  isLoading: boolean;
  isFirst: boolean;
  /** The rows are those of the question before, until the new ones are there. */
  isStale: boolean;
  error: Error | null;
  more: () => void;
  again: () => void;
  /** Rows that came since, where showing them would move what is being read. */
  newer: number;
}

interface Options<Row> {
  pick: (answer: never) => Row[];
  idOf: (row: Row) => string;
  every: number;
  enabled?: boolean;
}

type ListAction = Extract<Action, "tasks.get_all_ex" | "models.get_all_ex" | "reports.get_all_ex" | "projects.get_all_ex">;

export function useRows<Row extends object>(action: ListAction, body: Record<string, unknown>, { pick, idOf, every, enabled = true }: Options<Row>): Rows<Row> {
  const client = useQueryClient();
  const key = useMemo(() => [action, body, "rows"] as const, [action, body]);
  const ask = useCallback(
    async (extra: Record<string, unknown>, signal: AbortSignal): Promise<Page<Row>> => {
      const answer = await call(action, { ...body, ...extra } as Body<ListAction>, signal);
      return { rows: pick(answer as never), next: (answer as { scroll_id?: string | null }).scroll_id ?? null };
    },
    [action, body, pick],
  );
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ signal, pageParam }) => ask({ size: pageParam === null ? FIRST_PAGE : PAGE, scroll_id: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last, pages) => (last.next && last.rows.length >= (pages.length === 1 ? FIRST_PAGE : PAGE) ? last.next : undefined),
    placeholderData: keepPreviousData,
    enabled,
    staleTime: 5_000,
  });
  const { data, hasNextPage, isFetching, isFetchingNextPage, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const isLong = rows.length > REREAD_MAX;

  const pace = usePaced(key)(every) || every;
  const isShort = useRef(true);
  useEffect(() => {
    isShort.current = !isLong;
  });
  const reread = useCallback(() => client.refetchQueries({ queryKey: key, exact: true }, { cancelRefetch: false }), [client, key]);
  useEffect(() => {
    if (!enabled) return;
    const timer = setInterval(() => {
      if (isShort.current && document.visibilityState === "visible") void reread();
    }, pace);
    return () => clearInterval(timer);
  }, [reread, pace, enabled]);

  // Of a long list only the top is looked at: what is new there is told, what changed is changed in place.
  const head = useQuery({
    queryKey: [action, body, "head"],
    queryFn: ({ signal }) => ask({ size: FIRST_PAGE, scroll_id: null }, signal),
    enabled: enabled && isLong,
    refetchInterval: pace,
  });
  const known = useMemo(() => new Set(rows.map(idOf)), [rows, idOf]);
  const newer = isLong ? (head.data?.rows.filter((row) => !known.has(idOf(row))).length ?? 0) : 0;
  const replace = useCallback(
    (rows: readonly Row[], gone: ReadonlySet<string> = NONE) => {
      const fresh = new Map(rows.map((row) => [idOf(row), row]));
      const isTouched = (row: Row) => fresh.has(idOf(row)) || gone.has(idOf(row));
      client.setQueryData(key, (before: InfiniteData<Page<Row>, string | null> | undefined) =>
        before && {
          ...before,
          pages: before.pages.map((page) => (page.rows.some(isTouched) ? { ...page, rows: page.rows.filter((row) => !gone.has(idOf(row))).map((row) => fresh.get(idOf(row)) ?? row) } : page)),
        },
      );
    },
    [client, key, idOf],
  );
  useEffect(() => {
    if (isLong && head.data) replace(head.data.rows);
  }, [head.data, isLong, replace]);

  // The head is a question of the cache, which asks it again; here it is the rows further down, each by itself.
  const onChanges = async (changes: readonly Change[] | null) => {
    if (!isShort.current) {
      const ids = changes === null ? [...known] : [...new Set(changes.filter((change) => change.action !== "deleted" && known.has(change.id)).map((change) => change.id))];
      const gone = new Set(changes?.filter((change) => change.action === "deleted" && known.has(change.id)).map((change) => change.id));
      const fields = { ...(body.only_fields ? { only_fields: body.only_fields } : {}), ...(body.search_hidden ? { search_hidden: true } : {}) };
      const fresh: Row[] = [];
      for (let from = 0; from < ids.length; from += PAGE)
        fresh.push(...pick((await call(action, { ...fields, id: ids.slice(from, from + PAGE), page: 0, page_size: PAGE } as Body<ListAction>)) as never));
      if (fresh.length > 0 || gone.size > 0) replace(fresh, gone);
      return;
    }
    // An answer that is on its way may be older than the change.
    if (client.isFetching({ queryKey: key, exact: true }) > 0) await reread();
    await reread();
  };
  useWatcher(enabled ? needOf(key) : null, onChanges);

  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const again = useCallback(() => {
    client.setQueryData(key, (before: InfiniteData<Page<Row>, string | null> | undefined) => before && { pages: before.pages.slice(0, 1), pageParams: before.pageParams.slice(0, 1) });
    void refetch();
  }, [client, key, refetch]);
  return {
    rows, hasMore: hasNextPage, isLoading: isFetchingNextPage || query.isPending, isFirst: query.isPending, isStale: query.isPlaceholderData,
    error: query.error, more, again, newer,
  };
}

const IDS_PAGE = 500;
export const IDS_MAX = 20_000;

/** Every row that a question means, page by page, with only these fields. Stops at `IDS_MAX`. */
export async function allRows<Row>(action: ListAction, body: Record<string, unknown>, fields: string[], pick: (answer: never) => Row[], signal: AbortSignal, onProgress: (count: number) => void): Promise<{ rows: Row[]; isCut: boolean }> {
  const rows: Row[] = [];
  let scroll: string | null = null;
  for (;;) {
    const answer: unknown = await call(action, { ...body, only_fields: fields, size: IDS_PAGE, scroll_id: scroll } as Body<ListAction>, signal);
    const page = pick(answer as never);
    rows.push(...page);
    onProgress(rows.length);
    scroll = (answer as { scroll_id?: string | null }).scroll_id ?? null;
    if (page.length < IDS_PAGE || !scroll) return { rows, isCut: false };
    if (rows.length >= IDS_MAX) return { rows, isCut: true };
  }
}
