// Ways to see the trend of a noisy curve. Gaps stay gaps. Pure.

export const SMOOTHINGS = ["none", "ema", "gaussian", "average"] as const;
export type Smoothing = (typeof SMOOTHINGS)[number];

type Values = readonly (number | null)[];

/** Exponential: each point is `weight` of what came before; begun without the pull towards zero. */
function exponential(values: Values, weight: number): (number | null)[] {
  let last = 0;
  let count = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return value;
    last = last * weight + (1 - weight) * value;
    count += 1;
    return last / (1 - weight ** count);
  });
}

/** The mean of a window around each point, which is cut at the ends. */
function around(values: Values, radius: number, weightAt: (distance: number) => number): (number | null)[] {
  const weights = Array.from({ length: radius + 1 }, (_, distance) => weightAt(distance));
  return values.map((value, at) => {
    if (value === null || !Number.isFinite(value)) return value;
    let sum = 0;
    let total = 0;
    for (let i = Math.max(0, at - radius); i <= Math.min(values.length - 1, at + radius); i += 1) {
      const other = values[i];
      const weight = weights[Math.abs(i - at)] ?? 0;
      if (other === null || other === undefined || !Number.isFinite(other)) continue;
      sum += other * weight;
      total += weight;
    }
    return total > 0 ? sum / total : value;
  });
}

/** `strength` between 0 and 1. */
export function smoothed(values: Values, kind: Smoothing, strength: number): (number | null)[] {
  const amount = Math.min(0.999, Math.max(0, strength));
  if (kind === "none" || amount === 0 || values.length < 3) return [...values];
  switch (kind) {
    case "ema":
      return exponential(values, amount);
    case "gaussian": {
      const sigma = 1 + amount * 20;
      return around(values, Math.min(values.length, Math.ceil(sigma * 3)), (distance) => Math.exp(-(distance * distance) / (2 * sigma * sigma)));
    }
    case "average":
      return around(values, Math.max(1, Math.round(amount * 30)), () => 1);
  }
}
