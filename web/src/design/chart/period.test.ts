import { expect, test } from "vitest";
import { askedPeriod } from "./period";

test("the ends of a period stand still for a step and then move by one", () => {
  const first = askedPeriod(3_600, 10_000);

  expect(askedPeriod(3_600, 10_000 + 1).to_date).toBe(first.to_date === 10_000 ? 10_040 : first.to_date);
  expect((first.to_date - first.from_date) % first.interval).toBe(0);
  expect(first.to_date - first.from_date).toBeGreaterThanOrEqual(3_600);
});

test("what is kept in steps of ten minutes is asked for in no smaller ones", () => {
  expect(askedPeriod(3_600, 0).interval).toBe(40);
  expect(askedPeriod(7 * 86_400, 0).interval).toBeGreaterThanOrEqual(600);
});
