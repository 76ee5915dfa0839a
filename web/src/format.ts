// Values as people read them. Pure.

/** "3 min ago", "2 d ago"; "just now" below ten seconds. */
export function ago(iso: string | null | undefined, now: number = Date.now()): string {
  if (!iso) return "";
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return "";
  if (seconds < 10) return "just now";
  return `${span(seconds)} ago`;
}

/** "45 s", "12 min", "3 h", "5 d": the largest unit that is not zero. */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Six significant digits, exponents only where they help. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e9) ? value.toExponential(3) : String(Number(value.toPrecision(6)));
}

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return "";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let rest = size;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? rest : rest.toFixed(1)} ${units[unit] ?? ""}`;
}

export function moment(iso: string | null | undefined): string {
  return iso ? new Date(iso).toLocaleString() : "";
}

/** A progress bar rewrites its line with \r: what is left of it is what a terminal would show. */
export function collapseProgress(line: string): string {
  return line
    .split("\n")
    .map((part) => part.replace(/\r+$/, "").split("\r").at(-1) ?? "")
    .join("\n");
}

export interface Piece {
  text: string;
  colour?: string;
  bold?: boolean;
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Cuts a line at its ANSI colour codes; every other escape sequence is dropped. */
export function ansi(line: string): Piece[] {
  const pieces: Piece[] = [];
  let colour: string | undefined;
  let bold = false;
  const add = (text: string) => {
    if (text) pieces.push({ text, ...(colour ? { colour } : {}), ...(bold ? { bold } : {}) });
  };
  let rest = 0;
  for (const match of line.matchAll(/\u001b\[([0-9;?]*)([A-Za-z])/g)) {
    add(line.slice(rest, match.index));
    rest = match.index + match[0].length;
    if (match[2] !== "m") continue;
    for (const code of (match[1] || "0").split(";").map(Number)) {
      if (code === 0) {
        colour = undefined;
        bold = false;
      } else if (code === 1) bold = true;
      else if (code === 39) colour = undefined;
      else if (code >= 30 && code <= 37) colour = COLOURS[code - 30];
      else if (code >= 90 && code <= 97) colour = COLOURS[code - 90];
    }
  }
  add(line.slice(rest));
  return pieces;
}
