// Which rows are chosen, over pages and over filters: ids, and of each what was last seen of it.
import { useCallback, useMemo, useState } from "react";
import type { GridSelection } from "./grid";

export interface Selection<Row> extends GridSelection {
  rows: readonly Row[];
  set: (rows: readonly Row[]) => void;
}

export function useSelection<Row>(known: readonly Row[], idOf: (row: Row) => string): Selection<Row> {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const byId = useMemo(() => new Map(known.map((row) => [idOf(row), row])), [known, idOf]);
  const toggle = useCallback(
    (id: string, isOn?: boolean) =>
      setChosen((before) => {
        const next = new Map(before);
        const row = byId.get(id);
        if (isOn ?? !before.has(id)) {
          if (row) next.set(id, row);
        } else next.delete(id);
        return next;
      }),
    [byId],
  );
  const range = useCallback(
    (ids: readonly string[]) =>
      setChosen((before) => {
        const next = new Map(before);
        for (const id of ids) {
          const row = byId.get(id);
          if (row) next.set(id, row);
        }
        return next;
      }),
    [byId],
  );
  const clear = useCallback(() => setChosen(new Map()), []);
  const set = useCallback((rows: readonly Row[]) => setChosen(new Map(rows.map((row) => [idOf(row), row]))), [idOf]);
  // What changed since a row was chosen counts: its newest state is what an action meets.
  const rows = useMemo(() => [...chosen].map(([id, row]) => byId.get(id) ?? row), [chosen, byId]);
  return useMemo(() => ({ has: (id: string) => chosen.has(id), size: chosen.size, toggle, range, clear, rows, set }), [chosen, toggle, range, clear, rows, set]);
}
