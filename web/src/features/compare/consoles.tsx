// The logs of the runs beside each other, or those of two of them line by line.
import { useState } from "react";
import { Button, Segments } from "~/design/button";
import { Console } from "../tasks/console/console";
import css from "./compare.module.css";
import { RunHead, type ComparedRun } from "./compare-page";
import { LogDifferences } from "./log-differences";

/** A log asks its server as long as it is open. */
const AT_ONCE = 4;

export function Consoles({ runs }: { runs: readonly ComparedRun[] }) {
  const [view, setView] = useState<"beside" | "differences">("beside");
  const [first, second, ...rest] = runs;
  const tools = <Segments label="Logs as" value={view} onChange={setView} options={[{ value: "beside", label: "Beside each other" }, { value: "differences", label: "Differences" }]} />;
  if (!first || !second) return <Beside runs={runs} tools={null} />;
  return view === "differences" ? <LogDifferences runs={[first, second, ...rest]} tools={tools} /> : <Beside runs={runs} tools={tools} />;
}

function Beside({ runs, tools }: { runs: readonly ComparedRun[]; tools: React.ReactNode }) {
  const [first, setFirst] = useState(0);
  const begin = Math.min(first, Math.max(0, runs.length - 1));
  const shown = runs.slice(begin, begin + AT_ONCE);
  return (
    <>
      {tools ? (
        <div className={css.bar}>
          {tools}
          {runs.length > AT_ONCE ? (
            <>
              <span className="dim">{begin + 1} to {begin + shown.length} of {runs.length}</span>
              <Button isSmall disabled={begin === 0} onClick={() => setFirst(Math.max(0, begin - AT_ONCE))}>Before</Button>
              <Button isSmall disabled={begin + AT_ONCE >= runs.length} onClick={() => setFirst(begin + AT_ONCE)}>Next</Button>
            </>
          ) : null}
        </div>
      ) : null}
      <div className={css.consoles}>
        {shown.map((run) =>
          run.task ? (
            <section key={run.id} aria-label={run.name}>
              <h2><RunHead run={run} /></h2>
              <Console task={run.task} />
            </section>
          ) : null,
        )}
      </div>
    </>
  );
}
