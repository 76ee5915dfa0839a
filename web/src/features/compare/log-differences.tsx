// The logs of two runs line beside line, with what differs marked.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { call } from "~/api/client";
import { Segments } from "~/design/button";
import { SelectField, Switch } from "~/design/field";
import { Empty, Loading, Problem } from "~/design/parts";
import { cx } from "~/design/class-names";
import { count, plural } from "~/format";
import { useCommands } from "~/keys/commands";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import css from "./compare.module.css";
import { RunHead, type ComparedRun } from "./compare-page";
import { markedWords, pairedLogs, shownPairs, textsOf, type NumberedText, type ShownRow } from "./log-diff";

/** What the server gives at once: more of two logs nobody reads beside each other. */
const LINES_MAX = 10_000;
type End = "first" | "last";

function useLog(run: ComparedRun, end: End) {
  return useQuery({
    queryKey: ["events.get_log_lines", run.id, "compare", end],
    queryFn: async ({ signal }) => {
      const size = await call("events.get_log_lines", { task: run.id, count: 1 }, signal);
      const from = end === "first" ? size.first_line : Math.max(size.first_line, size.total - LINES_MAX);
      const { lines, total, first_line } = await call("events.get_log_lines", { task: run.id, from, count: LINES_MAX }, signal);
      return { texts: textsOf(lines), kept: total - first_line };
    },
    refetchInterval: run.isLive ? 10_000 : false,
  });
}

export function LogDifferences({ runs, tools }: { runs: readonly [ComparedRun, ComparedRun, ...ComparedRun[]]; tools: React.ReactNode }) {
  const [otherId, setOtherId] = useState(runs[1].id);
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const [ignoresNumbers, setIgnoresNumbers] = useState(true);
  const [end, setEnd] = useState<End>("first");
  const [base, ...others] = runs;
  const other = others.find((run) => run.id === otherId) ?? runs[1];
  const left = useLog(base, end);
  const right = useLog(other, end);
  const pairs = useMemo(() => pairedLogs(left.data?.texts ?? [], right.data?.texts ?? []), [left.data, right.data]);
  const rows = useMemo(() => shownPairs(pairs, { ignoresNumbers, onlyDifferent }), [pairs, ignoresNumbers, onlyDifferent]);
  const different = useMemo(() => shownPairs(pairs, { ignoresNumbers, onlyDifferent: false }).filter((row) => row.kind === "pair" && row.isDifferent).length, [pairs, ignoresNumbers]);
  const problem = left.error ?? right.error;
  const isLong = Math.max(left.data?.kept ?? 0, right.data?.kept ?? 0) > LINES_MAX;
  return (
    <>
      <div className={css.bar}>
        {tools}
        {others.length > 1 ? <SelectField isBare label="Compared with the first" value={other.id} onChange={(event) => setOtherId(event.target.value)} options={others.map((run) => ({ value: run.id, label: run.name }))} /> : null}
        <Switch label="Only differences" checked={onlyDifferent} onChange={setOnlyDifferent} />
        <Switch label="Numbers may differ" checked={ignoresNumbers} onChange={setIgnoresNumbers} />
        {isLong ? <Segments label="Which lines" value={end} onChange={setEnd} options={[{ value: "first", label: `First ${count(LINES_MAX)}` }, { value: "last", label: `Last ${count(LINES_MAX)}` }]} /> : null}
        <span className="dim" role="status">{left.isPending || right.isPending ? "" : different === 0 ? "No difference" : plural(different, "line differs", "lines differ")}</span>
      </div>
      {problem ? <div className="page"><Problem error={problem} /></div> : null}
      {left.isPending || right.isPending ? <Loading /> : pairs.length === 0 ? <Empty title="Neither has a log" /> : <Pairs key={`${base.id} ${other.id} ${String(ignoresNumbers)} ${String(onlyDifferent)}`} base={base} other={other} rows={rows} />}
    </>
  );
}

function Pairs({ base, other, rows }: { base: ComparedRun; other: ComparedRun; rows: readonly ShownRow[] }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => 18, overscan: 30 });
  const [at, setAt] = useState<number | null>(null);
  const step = (by: 1 | -1) => {
    const isOther = (index: number) => {
      const row = rows[index];
      return row?.kind === "pair" && row.isDifferent;
    };
    // A block of lines that differ is one difference: its begin is gone to.
    for (let index = (at ?? -1) + by; index >= 0 && index < rows.length; index += by)
      if (isOther(index) && !isOther(index - 1)) {
        setAt(index);
        return list.scrollToIndex(index, { align: "center" });
      }
  };
  useCommands([
    { id: "diff:next", label: "Next difference", group: "Compare", keys: "n", run: () => step(1) },
    { id: "diff:back", label: "Difference before", group: "Compare", keys: "N", run: () => step(-1) },
  ]);
  return (
    <div ref={box} className={css.logs} role="table" aria-label="Logs" aria-rowcount={rows.length + 1} tabIndex={0}>
      <div className={css.logHead} role="row" aria-rowindex={1}>
        {[base, other].map((run) => <div key={run.id} role="columnheader" className="row"><RunHead run={run} /></div>)}
      </div>
      <div role="rowgroup" style={{ height: list.getTotalSize(), position: "relative" }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div key={item.key} ref={list.measureElement} data-index={item.index} role="row" aria-rowindex={item.index + 2} className={cx(css.logRow, row.kind === "gap" && css.logGap)} style={{ transform: `translateY(${item.start}px)` }} {...(at === item.index ? { "aria-current": true } : {})}>
              {row.kind === "gap" ? <div role="cell">{plural(row.count, "line is the same", "lines are the same")}</div> : (
                <>
                  <Side of={row.pair.left} other={row.pair.right} run={base} row={row} sign="−" />
                  <Side of={row.pair.right} other={row.pair.left} run={other} row={row} sign="+" />
                </>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Side({ of, other, run, row, sign }: { of: NumberedText | null; other: NumberedText | null; run: ComparedRun; row: Extract<ShownRow, { kind: "pair" }>; sign: string }) {
  if (!of) return <div role="cell" className={css.logNone}><span className="screen-reader">no such line</span></div>;
  const { kind } = row.pair;
  const mark = row.isDifferent ? (kind === "numbers" ? "≠" : sign) : "";
  return (
    <div role="cell" className={css.logLine} {...(row.isDifferent ? { "data-kind": kind === "numbers" ? "numbers" : sign === "−" ? "left" : "right" } : {})}>
      <Link href={to.line(run.id, of.line)} className={css.logNumber} tabIndex={-1} aria-label={`Line ${of.line + 1} of ${run.name}`}>{of.line + 1}</Link>
      <span className={css.logMark} aria-label={mark ? { "≠": "other numbers", "−": "only here", "+": "only here" }[mark] : undefined} role={mark ? "img" : undefined}>{mark}</span>
      <span className={css.logText}>
        {kind === "numbers" && other ? markedWords(of.text, other.text).map((word, at) => (word.isOther ? <mark key={at}>{word.text}</mark> : word.text)) : of.text}
      </span>
    </div>
  );
}
