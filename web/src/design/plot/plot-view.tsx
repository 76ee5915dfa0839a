// One plot of a task, by its kind: drawn on the stage, or shown as the table or the picture that it is.
import { useMemo, useState } from "react";
import { Button } from "../button";
import { Notice } from "../parts";
import css from "./plot.module.css";
import { plotKind, type PlotKind } from "./plot-kind";
import { PlotSlot } from "./stage";

const ROWS_MAX = 300;

export function usePlotKind(json: string): PlotKind {
  return useMemo(() => plotKind(json), [json]);
}

export function PlotView({ id, json, label, height }: { id: string; json: string; label: string; height: number }) {
  const kind = usePlotKind(json);
  switch (kind.kind) {
    case "plot":
      return <PlotSlot id={id} json={json} height={height} label={kind.title || label} />;
    case "table":
      return <PlotTable table={kind} label={kind.title || label} height={height} />;
    case "image":
      return (
        <div className={css.picture} style={{ height }}>
          <img src={kind.source} alt={kind.title || label} loading="lazy" />
        </div>
      );
    case "broken":
      return <Notice kind="warn">This plot is no JSON that Plotly knows.</Notice>;
  }
}

function PlotTable({ table, label, height }: { table: Extract<PlotKind, { kind: "table" }>; label: string; height: number }) {
  const [shown, setShown] = useState(ROWS_MAX);
  return (
    <div className={css.tableBox} style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {table.header.map((name, index) => (
              <th key={index} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(0, shown).map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index} {...(cell !== "" && Number.isFinite(Number(cell)) ? { "data-number": true } : {})}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > shown ? (
        <Button isSmall kind="quiet" onClick={() => setShown(shown + 3_000)}>
          {table.rows.length - shown} more rows
        </Button>
      ) : null}
    </div>
  );
}
