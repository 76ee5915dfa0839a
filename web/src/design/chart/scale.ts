// Where values stand along an axis, whatever they are: numbers by their size, words one beside another. Pure.
import { moment, number } from "~/format";

export interface Scale {
  /** From 0 to 1; null where there is no value. */
  places: readonly (number | null)[];
  ticks: { at: number; text: string }[];
}

/** Of "ends" the least and the greatest are marked and what is between them evenly; "round" marks round numbers; "time" is in milliseconds. */
export type ScaleKind = "ends" | "round" | "time";

const WORDS_MAX = 24;
const DAY_MS = 86_400_000;

function isKnown(value: string | null): value is string {
  return value !== null && value !== "";
}

/** Numbers that span more than two powers of ten stand by their logarithm. */
export function scaleOf(values: readonly (string | null)[], kind: ScaleKind = "ends"): Scale {
  const known = values.filter(isKnown);
  const numbers = known.map(Number);
  return known.length > 0 && numbers.every(Number.isFinite) ? ofNumbers(values, numbers, kind) : ofWords(values, known);
}

function ofNumbers(values: readonly (string | null)[], numbers: readonly number[], kind: ScaleKind): Scale {
  const low = numbers.reduce((a, b) => Math.min(a, b));
  const high = numbers.reduce((a, b) => Math.max(a, b));
  const isLog = kind !== "time" && low > 0 && high / low > 100;
  const of = (value: number) => (isLog ? Math.log10(value) : value);
  const span = of(high) - of(low);
  const place = (value: number) => (span === 0 ? 0.5 : (of(value) - of(low)) / span);
  const steps = span === 0 ? [low] : kind === "round" ? roundSteps(low, high, isLog) : [0, 0.25, 0.5, 0.75, 1].map((at) => (isLog ? 10 ** (of(low) + at * span) : low + at * span));
  const text = kind === "time" ? (value: number) => momentText(value, high - low) : (value: number) => number(value, 3);
  return { places: values.map((value) => (isKnown(value) ? place(Number(value)) : null)), ticks: steps.map((value) => ({ at: place(value), text: text(value) })) };
}

/** As much of the moment as tells the marks of such a span apart. */
function momentText(value: number, span: number): string {
  const text = moment(value);
  if (span > 4 * DAY_MS) return text.slice(0, 10);
  return span > DAY_MS / 100 ? text.slice(5, 16) : text.slice(11);
}

/** A few round numbers between these; of a logarithm the powers of ten. */
function roundSteps(low: number, high: number, isLog: boolean): number[] {
  if (isLog) {
    const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const by = Math.max(1, Math.ceil((to - from) / 6));
    return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, at) => 10 ** (from + at * by));
  }
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  // What is counted in steps has no rounding error that grows.
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function ofWords(values: readonly (string | null)[], known: readonly string[]): Scale {
  const words = [...new Set(known)].sort();
  const places = new Map(words.map((word, at) => [word, words.length < 2 ? 0.5 : at / (words.length - 1)]));
  return {
    places: values.map((value) => (isKnown(value) ? (places.get(value) ?? null) : null)),
    ticks: words.slice(0, WORDS_MAX).map((word) => ({ at: places.get(word) ?? 0, text: word.length > 16 ? `${word.slice(0, 15)}…` : word })),
  };
}

/** Seconds to each side of a moment that stands alone. */
const ALONE = 1_800;

/** The range of an axis of times. Of a moment that stands alone uPlot makes a thousand days, not a range without a width. */
export function timeRange(moments: number, min: number, max: number): [number, number] {
  return moments > 1 && min < max ? [min, max] : [min - ALONE, min + ALONE];
}
