import { describe, expect, it } from "vitest";
import { smoothed } from "./smoothing";

const near = (values: readonly (number | null)[], wanted: readonly (number | null)[]) => {
  expect(values).toHaveLength(wanted.length);
  values.forEach((value, index) => {
    const target = wanted[index];
    if (target === null || target === undefined) expect(value).toBeNull();
    else expect(value).toBeCloseTo(target, 9);
  });
};

// numpy: w=0.6; last = w*last + (1-w)*x; last / (1 - w**n)
const NOISE = [1, 3, 2, 5, 4, 6];
const EMA_06 = [1.0, 2.25, 2.122448979591837, 3.4448529411764706, 3.6856349757113116, 4.656686358754029];
// numpy.convolve with a cut window: radius round(0.1 * 30) = 3
const AVERAGE_01 = [2.75, 3.0, 3.5, 3.5, 4.0, 4.25];

describe("smoothing", () => {
  it("by exponential weights begins without the pull of zero", () => {
    near(smoothed(NOISE, "ema", 0.6), EMA_06);
    near(smoothed([5, 5, 5], "ema", 0.99), [5, 5, 5]);
  });
  it("by a running mean cuts its window at the ends", () => {
    near(smoothed(NOISE, "average", 0.1), AVERAGE_01);
  });
  it("by a bell keeps a level, and takes the top off a spike on both sides alike", () => {
    near(smoothed([2, 2, 2, 2], "gaussian", 0.5), [2, 2, 2, 2]);
    const spike = smoothed([0, 0, 0, 9, 0, 0, 0], "gaussian", 0.01);
    expect(spike[2]).toBeCloseTo(spike[4] ?? 0, 12);
    expect(spike[3] ?? 0).toBeLessThan(9);
  });
  it("leaves gaps as gaps, and values that are no numbers out of the others", () => {
    near(smoothed([1, null, 1, 1], "ema", 0.5), [1, null, 1, 1]);
    near(smoothed([1, null, 1, 1], "gaussian", 0.5), [1, null, 1, 1]);
    expect(smoothed([1, 2], "ema", 0.9)).toEqual([1, 2]);
  });
});
