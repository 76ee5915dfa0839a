// Names and their values, row by row; written in where that is allowed.
import { Info, Trash2 } from "lucide-react";
import { Hint, IconButton } from "~/design/button";
import { Code } from "~/design/code/lazy";
import { TextField } from "~/design/field";
import { Clamp } from "~/design/parts";
import css from "../task.module.css";

/** Values that are long, or have lines, want more room than a line. */
const LONG = 120;

export interface NamedValue {
  name: string;
  value: string;
  type?: string;
  description?: string;
}

/** `index` is the row's place among all of them, of which some may not be shown. */
export function NamedValues<Row extends NamedValue>({ rows, noun, valueLabel, onChange, onRemove }: {
  rows: readonly { row: Row; index: number }[];
  /** What a row is called. */
  noun: string;
  valueLabel: (row: Row, index: number) => string;
  onChange?: (index: number, part: { name?: string; value?: string }) => void;
  onRemove?: (index: number) => void;
}) {
  if (rows.length === 0) return null;
  const hasTypes = rows.some(({ row }) => row.type);
  return (
    <div style={{ margin: "-12px -14px" }}>
      <table className={`${css.table} ${css.params}`}>
        <tbody>
          {rows.map(({ row, index }) => (
            <tr key={index}>
              <th scope="row">
                {onChange ? (
                  <TextField isBare isMono label={`Name of ${noun} ${index + 1}`} value={row.name} onChange={(event) => onChange(index, { name: event.target.value })} />
                ) : (
                  <span className="row" style={{ alignItems: "flex-start" }}>
                    {row.name}
                    {row.description ? (
                      <Hint text={row.description}>
                        <span tabIndex={0} role="img" aria-label={`${row.name}: ${row.description}`} className="dimmer" style={{ lineHeight: 0, paddingTop: 3 }}>
                          <Info size={12} aria-hidden />
                        </span>
                      </Hint>
                    ) : null}
                  </span>
                )}
              </th>
              <td>
                {onChange ? (
                  row.value.length > LONG || row.value.includes("\n") ? (
                    <Code label={valueLabel(row, index)} value={row.value} onChange={(value) => onChange(index, { value })} maxHeight={240} wraps />
                  ) : (
                    <TextField isBare isMono label={valueLabel(row, index)} value={row.value} onChange={(event) => onChange(index, { value: event.target.value })} />
                  )
                ) : (
                  <Clamp text={row.value} isMono lines={4} />
                )}
              </td>
              {hasTypes ? <td className={css.type}>{row.type}</td> : null}
              <td className={css.tools}>
                {onRemove ? (
                  <IconButton label={`Remove ${row.name || `this ${noun}`}`} isSmall isDangerous onClick={() => onRemove(index)}>
                    <Trash2 size={13} aria-hidden />
                  </IconButton>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
