import { expect, test } from "vitest";
import { scaleOf } from "./parallel";

test("numbers stand by their size, words one over another, nothing nowhere", () => {
  expect(scaleOf(["0", "5", null, "10"]).places).toEqual([0, 0.5, null, 1]);
  expect(scaleOf(["sgd", "adam", "sgd"]).places).toEqual([1, 0, 1]);
  expect(scaleOf(["1", "1"]).places).toEqual([0.5, 0.5]);
});

test("what spans powers of ten stands by its logarithm", () => {
  expect(scaleOf(["0.00001", "0.001", "0.1"]).places[1]).toBeCloseTo(0.5);
});
