import { expect, it } from "vitest";
import { aligned, smoothed } from "./curves";

it("puts curves of different iterations over one axis", () => {
  const { x, ys, names } = aligned({
    a: { name: "a", x: [1, 3], y: [10, 30] },
    b: { name: "b", x: [2, 3], y: [20, null] },
  });
  expect(x).toEqual([1, 2, 3]);
  expect(ys).toEqual([
    [10, null, 30],
    [null, 20, null],
  ]);
  expect(names).toEqual(["a", "b"]);
});

it("smooths without pulling the start to zero, and leaves gaps alone", () => {
  expect(smoothed([4, null, 4, 4], 0.9).map((value) => (value === null ? null : Math.round(value * 1e9) / 1e9))).toEqual([4, null, 4, 4]);
  expect(smoothed([1, 2], 0)).toEqual([1, 2]);
  const [first, second] = smoothed([0, 10], 0.5);
  expect(first).toBe(0);
  expect(second).toBeCloseTo(10 / 1.5);
});
