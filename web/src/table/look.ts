// How a table looks now: what the address says, else what the reader last chose for this table, else what it comes with.
import { useCallback, useMemo } from "react";
import { parseSort, writeSort, type SortKey } from "~/design/grid/columns";
import { usePreferences, useSetPreferences, type TableLook } from "~/preferences/preferences";
import { useParams } from "~/shell/address";
import { parseList, writeList } from "./filters";

export interface Look {
  columns: readonly string[];
  sort: readonly SortKey[];
  widths: Readonly<Record<string, number>>;
  isOwn: boolean;
  setColumns: (ids: readonly string[]) => void;
  setSort: (keys: readonly SortKey[]) => void;
  setWidth: (column: string, width: number) => void;
  reset: () => void;
}

const NO_WIDTHS: Record<string, number> = {};

export function useLook(table: string, standard: { columns: readonly string[]; sort: string }): Look {
  const [params, setParams] = useParams();
  const { tables } = usePreferences();
  const setPreferences = useSetPreferences();
  const own: TableLook | null | undefined = tables?.[table];
  const keep = useCallback((change: TableLook) => setPreferences({ tables: { [table]: change } }), [setPreferences, table]);
  const columnsText = params.cols;
  const columns = useMemo(() => (columnsText ? parseList(columnsText) : (own?.columns ?? standard.columns)), [columnsText, own?.columns, standard.columns]);
  const sortText = params.sort ?? own?.sort ?? standard.sort;
  const sort = useMemo(() => parseSort(sortText), [sortText]);
  return {
    columns,
    sort,
    widths: own?.widths ?? NO_WIDTHS,
    isOwn: Boolean(columnsText ?? own?.columns),
    setColumns: (ids) => {
      keep({ columns: [...ids] });
      setParams({ cols: writeList(ids) });
    },
    setSort: (keys) => {
      keep({ sort: writeSort(keys) });
      setParams({ sort: writeSort(keys) || standard.sort });
    },
    setWidth: (column, width) => keep({ widths: { [column]: width } }),
    reset: () => {
      setPreferences({ tables: { [table]: null } });
      setParams({ cols: undefined, sort: undefined });
    },
  };
}
