// Two logs, line beside line. What is the same but for its numbers belongs together: every line of a training holds a time or a
// loss, and would else be unlike every other. Pure.
import { barKey, plain } from "../tasks/console/text";

export interface NumberedText {
  line: number;
  text: string;
}

type DiffKind = "same" | "numbers" | "unlike" | "left" | "right";

export interface LogPair {
  kind: DiffKind;
  left: NumberedText | null;
  right: NumberedText | null;
}

/** The text of each line; of a bar that was drawn over and over only how it ended. */
export function textsOf(lines: readonly { line: number; msg: string }[]): NumberedText[] {
  const keys = lines.map((one) => barKey(one.msg));
  return lines.flatMap((one, at) => (keys[at] !== null && keys[at] === keys[at + 1] ? [] : [{ line: one.line, text: plain(one.msg) }]));
}

const NUMBERS = /0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+(?:[.,:]\d+)*(?:e[+-]?\d+)?/gi;

/** The line without what its numbers are. */
function shapeOf(text: string): string {
  return text.replace(NUMBERS, "0").replace(/\s+/g, " ").trim();
}

export function pairedLogs(left: readonly NumberedText[], right: readonly NumberedText[]): LogPair[] {
  const a = left.map((one) => shapeOf(one.text));
  const b = right.map((one) => shapeOf(one.text));
  const out: LogPair[] = [];
  let [i, j] = [0, 0];
  const take = (to: number, at: number) => {
    // What stands between two lines that belong together has nothing to do with each other, but is read beside each other.
    for (; i < to || j < at; ) {
      const [l, r] = [i < to ? (left[i++] ?? null) : null, j < at ? (right[j++] ?? null) : null];
      out.push({ kind: l && r ? "unlike" : l ? "left" : "right", left: l, right: r });
    }
  };
  for (const [x, y] of commonLines(a, b)) {
    take(x, y);
    const [l, r] = [left[x], right[y]];
    if (l && r) out.push({ kind: l.text === r.text ? "same" : "numbers", left: l, right: r });
    [i, j] = [x + 1, y + 1];
  }
  take(left.length, right.length);
  return out;
}

type Match = readonly [number, number];

/** Lines of both, in the order of both: those that are there once in each hold the rest in place. */
export function commonLines(a: readonly string[], b: readonly string[]): Match[] {
  return between(a, b, 0, a.length, 0, b.length);
}

function between(a: readonly string[], b: readonly string[], a0: number, a1: number, b0: number, b1: number): Match[] {
  const head: Match[] = [];
  const tail: Match[] = [];
  while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) head.push([a0++, b0++]);
  while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) tail.push([--a1, --b1]);
  const middle: Match[] = [];
  if (a0 < a1 && b0 < b1) {
    const anchors = anchorsOf(a, b, a0, a1, b0, b1);
    if (anchors.length === 0) middle.push(...shortest(a.slice(a0, a1), b.slice(b0, b1)).map(([x, y]): Match => [x + a0, y + b0]));
    else {
      let [x, y] = [a0, b0];
      for (const [ax, by] of anchors) {
        middle.push(...between(a, b, x, ax, y, by), [ax, by]);
        [x, y] = [ax + 1, by + 1];
      }
      middle.push(...between(a, b, x, a1, y, b1));
    }
  }
  return [...head, ...middle, ...tail.toReversed()];
}

/** The longest rising row of the lines that are unique on both sides. */
function anchorsOf(a: readonly string[], b: readonly string[], a0: number, a1: number, b0: number, b1: number): Match[] {
  const places = new Map<string, { a: number; b: number; count: [number, number] }>();
  const at = (text: string) => places.get(text) ?? places.set(text, { a: -1, b: -1, count: [0, 0] }).get(text);
  for (let i = a0; i < a1; i += 1) {
    const one = at(a[i] ?? "");
    if (one) [one.a, one.count[0]] = [i, one.count[0] + 1];
  }
  for (let j = b0; j < b1; j += 1) {
    const one = at(b[j] ?? "");
    if (one) [one.b, one.count[1]] = [j, one.count[1] + 1];
  }
  const unique = [...places.values()].filter(({ count }) => count[0] === 1 && count[1] === 1).sort((x, y) => x.a - y.a);
  // Patience: each pile's top is the least end of a rising row of that length.
  const tops: number[] = [];
  const before: number[] = [];
  unique.forEach((one, index) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((unique[tops[middle] ?? 0]?.b ?? 0) < one.b) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tops[low - 1] ?? -1) : -1;
    tops[low] = index;
  });
  const out: Match[] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const one = unique[index];
    if (one) out.push([one.a, one.b]);
  }
  return out.reverse();
}

/** Beyond so many edits two texts have little in common, and finding it costs the square of that. */
const EDITS_MAX = 1_500;

/** Myers' shortest edit script, as what stays; nothing when the two have too little in common. */
export function shortest(a: readonly string[], b: readonly string[]): Match[] {
  const limit = Math.min(EDITS_MAX, a.length + b.length);
  const trace: Int32Array[] = [];
  let reached = new Int32Array([0, 0]);
  for (let d = 0; d <= limit; d += 1) {
    const next = new Int32Array(2 * d + 3);
    const of = (k: number) => reached[k + d] ?? 0;
    for (let k = -d; k <= d; k += 2) {
      let x = d === 0 ? 0 : k === -d || (k !== d && of(k - 1) < of(k + 1)) ? of(k + 1) : of(k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next[k + d + 1] = x;
      if (x >= a.length && x - k >= b.length) return walkedBack(trace, a, b, d);
    }
    trace.push(next);
    reached = next;
  }
  return [];
}

function walkedBack(trace: readonly Int32Array[], a: readonly string[], b: readonly string[], edits: number): Match[] {
  const out: Match[] = [];
  let [x, y] = [a.length, b.length];
  for (let d = edits; d >= 0; d -= 1) {
    const reached = d > 0 ? trace[d - 1] : undefined;
    const of = (k: number) => reached?.[k + d] ?? 0;
    const k = x - y;
    const from = d === 0 ? 0 : k === -d || (k !== d && of(k - 1) < of(k + 1)) ? k + 1 : k - 1;
    const start = d === 0 ? 0 : of(from);
    const startY = d === 0 ? 0 : start - from;
    while (x > start && y > startY && a[x - 1] === b[y - 1]) out.push([--x, --y]);
    [x, y] = [start, startY];
  }
  return out.reverse();
}

export interface Word {
  text: string;
  isOther: boolean;
}

/** The words of a line, those that the other line has otherwise marked; of lines of another build all of them. */
export function markedWords(text: string, other: string): Word[] {
  const [own, theirs] = [text.split(/([\s=,;:()[\]{}]+)/), other.split(/([\s=,;:()[\]{}]+)/)];
  if (own.length !== theirs.length) return [{ text, isOther: true }];
  const out: Word[] = [];
  own.forEach((word, at) => {
    const isOther = word !== theirs[at];
    const last = out.at(-1);
    if (last?.isOther === isOther) last.text += word;
    else if (word) out.push({ text: word, isOther });
  });
  return out;
}

export type ShownRow = { kind: "pair"; pair: LogPair; isDifferent: boolean } | { kind: "gap"; count: number };

const CONTEXT = 2;

/** What is shown: all of it, or the differences with a few lines around them and how many were left out. */
export function shownPairs(pairs: readonly LogPair[], { ignoresNumbers, onlyDifferent }: { ignoresNumbers: boolean; onlyDifferent: boolean }): ShownRow[] {
  const isDifferent = (pair: LogPair) => pair.kind !== "same" && !(ignoresNumbers && pair.kind === "numbers");
  const rows = pairs.map((pair): ShownRow => ({ kind: "pair", pair, isDifferent: isDifferent(pair) }));
  if (!onlyDifferent) return rows;
  const near = new Uint8Array(pairs.length);
  pairs.forEach((pair, at) => {
    if (isDifferent(pair)) near.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  });
  const out: ShownRow[] = [];
  rows.forEach((row, at) => {
    const last = out.at(-1);
    if (near[at]) out.push(row);
    else if (last?.kind === "gap") last.count += 1;
    else out.push({ kind: "gap", count: 1 });
  });
  return out;
}
