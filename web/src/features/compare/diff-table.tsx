// Many facts of many runs. Only what is in view is there, in both directions: a hundred runs cost what ten do.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, type ReactNode } from "react";
import { useCommands } from "~/keys/commands";
import { cx } from "~/design/class-names";
import css from "./compare.module.css";
import { differs, extremes, type DiffRow } from "./diff-rows";

const ROW = 27;
const LABEL = 230;
const COLUMN = 200;
const NARROW_LABEL = 130;

type Line = { kind: "group"; name: string; count: number } | { kind: "row"; row: DiffRow };

export function DiffTable({ label, names, rows, base, head, onOpen }: { label: string; names: readonly string[]; rows: readonly DiffRow[]; base: number; head: (index: number) => ReactNode; onOpen: (row: DiffRow) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const out: Line[] = [];
    rows.forEach((row, index) => {
      if (rows[index - 1]?.group !== row.group) out.push({ kind: "group", name: row.group, count: rows.filter((other) => other.group === row.group).length });
      out.push({ kind: "row", row });
    });
    return out;
  }, [rows]);
  const labelWidth = innerWidth < 700 ? NARROW_LABEL : LABEL;
  const down = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 12, scrollPaddingStart: 40 });
  const across = useVirtualizer({ count: names.length, horizontal: true, getScrollElement: () => box.current, estimateSize: () => COLUMN, overscan: 2, paddingStart: labelWidth });
  const step = (by: number) => {
    const top = (box.current?.scrollTop ?? 0) + ROW;
    const places = lines.flatMap((line, index) => (line.kind === "row" && differs(line.row, base) ? [index] : []));
    const next = by > 0 ? places.find((place) => place * ROW > top) : places.findLast((place) => place * ROW < top - ROW - 1);
    if (next !== undefined && box.current) box.current.scrollTop = next * ROW;
  };
  useCommands([
    { id: "diff:next", label: "Next difference", group: "Compare", keys: "n", run: () => step(1) },
    { id: "diff:back", label: "Difference before", group: "Compare", keys: "N", run: () => step(-1) },
  ]);
  const columns = across.getVirtualItems();
  const width = across.getTotalSize();
  return (
    <div ref={box} className={css.table} role="table" aria-label={label} aria-rowcount={lines.length + 1} aria-colcount={names.length + 1} tabIndex={0}>
      <div className={css.head} role="row" aria-rowindex={1} style={{ width }}>
        <div role="columnheader" className={css.corner} style={{ width: labelWidth }}>
          {rows.length === 1 ? "1 row" : `${rows.length} rows`}
        </div>
        {columns.map((column) => (
          <div key={column.key} role="columnheader" aria-colindex={column.index + 2} className={css.headCell} style={{ left: column.start, width: column.size }}>
            {head(column.index)}
          </div>
        ))}
      </div>
      <div style={{ height: down.getTotalSize(), width, position: "relative" }} role="rowgroup">
        {down.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          if (line.kind === "group")
            return (
              <div key={`g${line.name}`} role="row" aria-rowindex={item.index + 2} className={css.group} style={{ top: item.start, height: ROW, width }}>
                <div role="rowheader" className={css.groupName}>
                  {line.name} <span className="dimmer">{line.count}</span>
                </div>
              </div>
            );
          const { row } = line;
          const isDifferent = differs(row, base);
          const ends = extremes(row);
          return (
            <div key={row.id} role="row" aria-rowindex={item.index + 2} className={cx(css.row, !isDifferent && css.same)} style={{ top: item.start, height: ROW, width }}>
              <div role="rowheader" className={css.label} style={{ width: labelWidth }} title={row.label}>
                {row.label}
              </div>
              {columns.map((column) => {
                const value = row.values[column.index] ?? null;
                const isOther = value !== row.values[base];
                const mark = ends?.least === column.index ? "least" : ends?.greatest === column.index ? "greatest" : undefined;
                return (
                  <div key={column.key} role="cell" aria-colindex={column.index + 2} className={cx(css.cell, isOther && !row.numbers && css.other, row.numbers && css.number)} style={{ left: column.start, width: column.size }}>
                    {value === null ? (
                      <span className="dimmer" aria-label="none">–</span>
                    ) : value.length > 24 || value.includes("\n") ? (
                      <button type="button" tabIndex={-1} className="cut" title={value.slice(0, 2_000)} onClick={() => onOpen(row)}>
                        {value.split("\n", 1)[0]?.slice(0, 200)}
                        {value.includes("\n") ? <span className="dimmer"> +{value.split("\n").length - 1}</span> : null}
                      </button>
                    ) : (
                      <span className="cut" title={mark ? `${value}, the ${mark} of the row` : value}>
                        {mark ? <span className={css.mark} aria-label={mark}>{mark === "least" ? "▾" : "▴"}</span> : null}
                        {value}
                      </span>
                    )}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
