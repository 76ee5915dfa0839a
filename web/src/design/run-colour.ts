// The colour of a run: the same on every page and for everybody, unless the reader chose another. Twelve colours that stand
// apart also for those who see red and green alike, and on both backgrounds.

export const RUN_COLOURS = [
  "#3f7fd0", "#d97b1f", "#2a9a6a", "#c9487f", "#8568d4", "#a88c10", "#1c9bab", "#d2503f", "#76818f", "#6b962a", "#a5643a", "#c75fc0",
] as const;

let own: Readonly<Record<string, string | null>> = {};

export function setOwnColours(colours: Readonly<Record<string, string | null>>): void {
  own = colours;
}

function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  // The low bits of FNV repeat for ids that differ only in their end.
  value ^= value >>> 15;
  return value >>> 0;
}

export function runColour(id: string): string {
  return own[id] ?? seriesColour(id);
}

/** The colour of a name that is no run: a series of one task. */
export function seriesColour(name: string): string {
  return RUN_COLOURS[hash(name) % RUN_COLOURS.length] ?? RUN_COLOURS[0];
}

/** Colours for several names beside each other: each its own as long as there are enough, and stable for the first ones. */
export function apart(names: readonly string[], colourOf: (name: string) => string = runColour): string[] {
  const taken = new Map<string, number>();
  return names.map((name) => {
    let colour = colourOf(name);
    if (own[name]) return colour;
    const least = Math.min(...RUN_COLOURS.map((one) => taken.get(one) ?? 0));
    if ((taken.get(colour) ?? 0) > least) {
      const at = RUN_COLOURS.indexOf(colour as (typeof RUN_COLOURS)[number]);
      for (let step = 1; step < RUN_COLOURS.length; step += 1) {
        const next = RUN_COLOURS[(at + step) % RUN_COLOURS.length] ?? colour;
        if ((taken.get(next) ?? 0) === least) {
          colour = next;
          break;
        }
      }
    }
    taken.set(colour, (taken.get(colour) ?? 0) + 1);
    return colour;
  });
}
