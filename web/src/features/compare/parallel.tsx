// Parameters and a result as lines over parallel axes, a line for each run: what the good ones have in common.
import { useMemo } from "react";
import { scaleOf } from "~/design/chart/scale";
import css from "./compare.module.css";

export interface Axis {
  label: string;
  values: readonly (string | null)[];
}

const WIDTH = 1000;
const HEIGHT = 420;
const TOP = 34;
const SIDE = 70;

export function Parallel({ axes, names, colours }: { axes: readonly Axis[]; names: readonly string[]; colours: readonly string[] }) {
  const scales = useMemo(() => axes.map((axis) => scaleOf(axis.values)), [axes]);
  const x = (index: number) => (axes.length < 2 ? WIDTH / 2 : SIDE + (index * (WIDTH - 2 * SIDE)) / (axes.length - 1));
  const y = (place: number) => HEIGHT - 14 - place * (HEIGHT - TOP - 24);
  return (
    <div className={css.parallel} tabIndex={0} role="region" aria-label="Parallel axes">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Lines of ${names.length} runs over ${axes.map((axis) => axis.label).join(", ")}`}>
        {axes.map((axis, index) => (
          <g key={axis.label}>
            <line x1={x(index)} x2={x(index)} y1={y(0)} y2={y(1)} />
            <text x={x(index)} y={16} textAnchor="middle" style={{ fontWeight: 600 }}>
              {axis.label.length > 22 ? `…${axis.label.slice(-21)}` : axis.label}
              <title>{axis.label}</title>
            </text>
            {scales[index]?.ticks.map((tick) => (
              <text key={tick.text} x={x(index) + (index === axes.length - 1 ? 6 : -6)} y={y(tick.at) + 4} textAnchor={index === axes.length - 1 ? "start" : "end"} style={{ fill: "var(--text-3)", fontSize: 10 }}>
                {tick.text}
              </text>
            ))}
          </g>
        ))}
        {names.map((name, run) => {
          const points = scales.flatMap((scale, index) => {
            const place = scale.places[run] ?? null;
            return place === null ? [] : [`${x(index).toFixed(1)} ${y(place).toFixed(1)}`];
          });
          return points.length < 2 ? null : (
            <path key={run} d={`M${points.join("L")}`} stroke={colours[run]}>
              <title>{name}</title>
            </path>
          );
        })}
      </svg>
    </div>
  );
}
