// Curves as a chart wants them. Pure.

export type Curves = Record<string, { name: string; x: number[]; y: (number | null)[] }>;

/** All curves over the union of their x values; null where a curve has no point. */
export function aligned(curves: Curves): { x: number[]; ys: (number | null)[][]; names: string[] } {
  const list = Object.values(curves);
  const x = [...new Set(list.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, index) => [value, index]));
  const ys = list.map((curve) => {
    const y: (number | null)[] = new Array<number | null>(x.length).fill(null);
    curve.x.forEach((value, index) => {
      const at = place.get(value);
      if (at !== undefined) y[at] = curve.y[index] ?? null;
    });
    return y;
  });
  return { x, ys, names: list.map((curve) => curve.name) };
}

/** Exponential moving average with the start's bias removed; weight 0 changes nothing, gaps stay gaps. */
export function smoothed(values: (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return values;
  let average = 0;
  let seen = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return value;
    average = average * weight + (1 - weight) * value;
    seen += 1;
    return average / (1 - weight ** seen);
  });
}
