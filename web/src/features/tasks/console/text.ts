// The text of a line as a terminal would show it, cut into rows of a width, with its colours. Pure.
import Anser from "anser";

export interface Piece {
  text: string;
  /** 0 to 15 of the terminal's colours, or "r, g, b". */
  colour?: string;
  back?: string;
  isBold?: boolean;
  isDim?: boolean;
  isItalic?: boolean;
  isUnderlined?: boolean;
}

const ESCAPE = "\u001b";
// oxlint-disable no-control-regex -- control characters are what this file is about

// Escape sequences that are no colours: cursor moves, titles, links.
const OTHER_SEQUENCES = /\u001b(?:\[[0-9;?]*[A-Za-ln-z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>78])/g;
const COLOURS = /\u001b\[[0-9;:]*m/g;

/** Of a line that was rewritten: what was written last. */
export function folded(line: string): string {
  let text = line.endsWith("\r") ? line.replace(/\r+$/, "") : line;
  const at = text.lastIndexOf("\r");
  if (at >= 0) text = text.slice(at + 1);
  return text;
}

/** The letters alone. */
export function plain(line: string): string {
  const text = folded(line);
  return text.includes(ESCAPE) ? text.replace(OTHER_SEQUENCES, "").replace(COLOURS, "") : text;
}

const NAMED: Record<string, string> = {
  "ansi-black": "0", "ansi-red": "1", "ansi-green": "2", "ansi-yellow": "3", "ansi-blue": "4", "ansi-magenta": "5", "ansi-cyan": "6", "ansi-white": "7",
  "ansi-bright-black": "8", "ansi-bright-red": "9", "ansi-bright-green": "10", "ansi-bright-yellow": "11", "ansi-bright-blue": "12", "ansi-bright-magenta": "13", "ansi-bright-cyan": "14", "ansi-bright-white": "15",
};

function colourOf(name: string | null, exact: string | null): string | undefined {
  if (!name) return undefined;
  if (name === "ansi-truecolor") return exact ?? undefined;
  const palette = /^ansi-palette-(\d+)$/.exec(name);
  if (palette) return paletteColour(Number(palette[1]));
  return NAMED[name];
}

/** The 256 colours: sixteen of the terminal, a cube, greys. */
export function paletteColour(index: number): string {
  if (index < 16) return String(index);
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `${grey}, ${grey}, ${grey}`;
  }
  const step = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return `${step(Math.floor(cube / 36))}, ${step(Math.floor(cube / 6) % 6)}, ${step(cube % 6)}`;
}

export function pieces(line: string): Piece[] {
  const text = folded(line);
  if (!text.includes(ESCAPE)) return [{ text: expanded(text) }];
  return Anser.ansiToJson(text.replace(OTHER_SEQUENCES, ""), { use_classes: true, remove_empty: true }).map((one) => {
    const colour = colourOf(one.fg, one.fg_truecolor);
    const back = colourOf(one.bg, one.bg_truecolor);
    const decorations: readonly string[] = one.decorations ?? [];
    return {
      text: expanded(one.content),
      ...(colour === undefined ? {} : { colour }), ...(back === undefined ? {} : { back }),
      ...(decorations.includes("bold") ? { isBold: true } : {}), ...(decorations.includes("dim") ? { isDim: true } : {}),
      ...(decorations.includes("italic") ? { isItalic: true } : {}), ...(decorations.includes("underline") ? { isUnderlined: true } : {}),
    };
  });
}

/** Tabs as spaces; signs that a browser would act on as what they are. */
function expanded(text: string): string {
  if (!/[\t\u0000-\u0008\u000b-\u001a\u001c-\u001f\u202a-\u202e\u2066-\u2069]/.test(text)) return text;
  let out = "";
  for (const sign of text) {
    if (sign === "\t") out += " ".repeat(8 - (out.length % 8));
    else if (/[\u0000-\u001f]/.test(sign)) out += "\u00b7";
    // Marks that turn the direction of text: a hostile line could show itself as another.
    else if (/[\u202a-\u202e\u2066-\u2069]/.test(sign)) out += "\u2426";
    else out += sign;
  }
  return out;
}

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const NARROW_ONLY = /^[\u0020-\u10ff\u2010-\u22ff\u2500-\u25ff]*$/;

function widthOf(sign: string): number {
  const code = sign.codePointAt(0) ?? 0;
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  return code > 0x10ff && WIDE.test(sign) ? 2 : 1;
}

/** Cuts pieces into rows of so many columns; 0: one row, however long. */
export function wrapped(list: readonly Piece[], columns: number): Piece[][] {
  const rows: Piece[][] = [[]];
  if (columns <= 0) return [[...list]];
  let left = columns;
  for (const piece of list) {
    let text = piece.text;
    while (text !== "") {
      const [taken, width] = take(text, left);
      if (taken === 0) {
        rows.push([]);
        left = columns;
        continue;
      }
      rows.at(-1)?.push({ ...piece, text: text.slice(0, taken) });
      left -= width;
      text = text.slice(taken);
    }
  }
  return rows;
}

/** How many code units fit into so many columns, and how wide they are. */
function take(text: string, columns: number): [number, number] {
  if (NARROW_ONLY.test(text)) {
    const count = Math.min(text.length, columns);
    return [count, count];
  }
  let units = 0;
  let width = 0;
  for (const sign of text) {
    const own = widthOf(sign);
    if (width + own > columns && units > 0) break;
    if (width + own > columns && columns < own) return columns <= 0 ? [0, 0] : units === 0 && columns === 1 ? [0, 0] : [units, width];
    units += sign.length;
    width += own;
  }
  return [units, width];
}

// "Epoch 3:  45%|███▌  | 45/100 [00:12<…]", "━━━ 12.3/45.6 MB", "45/100 [=====>...]": bars that programs draw over and over.
const BAR = /^(.*?)\s*\d{1,3}(?:\.\d+)?%\s*[|▏▎▍▌▋▊▉█#=>[]/;
const BYTES = /^(.*?)[━╸╺─]{3,}/;
const STEPS = /^(.*?)\d+\/\d+\s*\[[=>.\s#-]*\]/;

/** Lines of the same key, one after the other, are one bar that moves; null for lines that are no bar. A line that begins with `\r` is written over the one before. */
export function barKey(line: string): string | null {
  const text = plain(line);
  const match = BAR.exec(text) ?? BYTES.exec(text) ?? STEPS.exec(text);
  if (match) return (match[1] ?? "").trim();
  return line.startsWith("\r") && text !== "" ? "\r" : null;
}
