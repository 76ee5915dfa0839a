// Parameters and a result as lines over parallel axes, a line for each run: what the good ones have in common.
import { useMemo } from "react";
import { number } from "~/format";
import css from "./compare.module.css";

export interface Axis {
  label: string;
  values: readonly (string | null)[];
}

export interface Scale {
  /** From 0 (below) to 1 (above); null where the run has no value. */
  places: readonly (number | null)[];
  ticks: { at: number; text: string }[];
}

/** Numbers stand where they are, by their logarithm when they span more than two powers of ten; words stand one over another. Pure. */
export function scaleOf(values: readonly (string | null)[]): Scale {
  const known = values.filter((value): value is string => value !== null && value !== "");
  const numbers = known.map(Number);
  if (known.length > 0 && numbers.every(Number.isFinite)) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const isLog = low > 0 && high / low > 100;
    const of = (value: number) => (isLog ? Math.log10(value) : value);
    const span = of(high) - of(low);
    const place = (value: number) => (span === 0 ? 0.5 : (of(value) - of(low)) / span);
    const steps = span === 0 ? [low] : [0, 0.25, 0.5, 0.75, 1].map((at) => (isLog ? 10 ** (of(low) + at * span) : low + at * span));
    return { places: values.map((value) => (value === null || value === "" ? null : place(Number(value)))), ticks: steps.map((value) => ({ at: place(value), text: number(value, 3) })) };
  }
  const words = [...new Set(known)].sort();
  const place = (word: string) => (words.length < 2 ? 0.5 : words.indexOf(word) / (words.length - 1));
  return { places: values.map((value) => (value === null || value === "" ? null : place(value))), ticks: words.slice(0, 24).map((word) => ({ at: place(word), text: word.length > 16 ? `${word.slice(0, 15)}…` : word })) };
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
