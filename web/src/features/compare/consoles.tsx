// Logs beside each other, each read for itself.
import { useState } from "react";
import { Button } from "~/design/button";
import { Console } from "../tasks/console/console";
import css from "./compare.module.css";
import { RunHead, type ComparedRun } from "./compare-page";

/** A log asks its server as long as it is open. */
const AT_ONCE = 4;

export function Consoles({ runs }: { runs: readonly ComparedRun[] }) {
  const [first, setFirst] = useState(0);
  const begin = Math.min(first, Math.max(0, runs.length - 1));
  const shown = runs.slice(begin, begin + AT_ONCE);
  return (
    <>
      {runs.length > AT_ONCE ? (
        <div className={css.bar}>
          <span className="dim">{begin + 1} to {begin + shown.length} of {runs.length}</span>
          <Button isSmall disabled={begin === 0} onClick={() => setFirst(Math.max(0, begin - AT_ONCE))}>Before</Button>
          <Button isSmall disabled={begin + AT_ONCE >= runs.length} onClick={() => setFirst(begin + AT_ONCE)}>Next</Button>
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
