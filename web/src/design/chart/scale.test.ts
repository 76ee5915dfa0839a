import { expect, test } from "vitest";
import { scaleOf, timeRange } from "./scale";

test("numbers stand by their size, words one over another, nothing nowhere", () => {
  expect(scaleOf(["0", "5", null, "10"]).places).toEqual([0, 0.5, null, 1]);
  expect(scaleOf(["sgd", "adam", "sgd"]).places).toEqual([1, 0, 1]);
  expect(scaleOf(["1", "1"]).places).toEqual([0.5, 0.5]);
});

test("what spans powers of ten stands by its logarithm", () => {
  expect(scaleOf(["0.00001", "0.001", "0.1"]).places[1]).toBeCloseTo(0.5);
});

test("a scatter's axis is marked at round numbers, or at powers of ten", () => {
  expect(scaleOf(["0.13", "0.87"], "round").ticks.map((tick) => tick.text)).toEqual(["0.2", "0.4", "0.6", "0.8"]);
  expect(scaleOf(["-3", "9"], "round").ticks.map((tick) => tick.text)).toEqual(["-2", "0", "2", "4", "6", "8"]);
  expect(scaleOf(["0.0002", "0.5"], "round").ticks.map((tick) => tick.text)).toEqual(["0.001", "0.01", "0.1"]);
  expect(scaleOf(["7", "7"], "round").ticks).toEqual([{ at: 0.5, text: "7" }]);
});

test("moments stand where they are, never by a logarithm", () => {
  const day = 86_400_000;
  const scale = scaleOf([`${day}`, `${400 * day}`, `${200.5 * day}`], "time");
  expect(scale.places).toEqual([0, 1, 0.5]);
  expect(scale.ticks[0]?.text).toMatch(/^1970-01-0[12]$/);
});

test("a moment that stands alone has its hour around it, whatever its chart would make of it", () => {
  expect(timeRange(1, 100_000, 100_000 + 86_400_000)).toEqual([98_200, 101_800]);
  expect(timeRange(3, 100_000, 100_600)).toEqual([100_000, 100_600]);
});
