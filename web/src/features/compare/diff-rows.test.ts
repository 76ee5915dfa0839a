import { expect, test } from "vitest";
import type { Task } from "~/api/documents";
import { csvRows, detailRows, differs, extremes, metricRows, packagesOf, paramRows, shownRows } from "./diff-rows";

const task = (part: Partial<Task>): Task => ({ id: "1", name: "t", type: "training", status: "completed", ...part });
const args = (values: Record<string, string>) => ({ Args: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { section: "Args", name, value }])) });

test("a parameter that one run lacks is a row with nothing in its place", () => {
  const rows = paramRows([task({ hyperparams: args({ lr: "0.1", seed: "1" }) }), task({ hyperparams: args({ lr: "0.1", depth: "3" }) })]);

  expect(rows.map((row) => [row.label, ...row.values])).toEqual([["lr", "0.1", "0.1"], ["seed", "1", null], ["depth", null, "3"]]);
  expect(rows.map((row) => differs(row, 0))).toEqual([false, true, true]);
});

test("only what differs from the base is left, and only what holds all the words", () => {
  const rows = paramRows([task({ hyperparams: args({ lr: "0.1", seed: "1" }) }), task({ hyperparams: args({ lr: "0.2", seed: "1" }) })]);

  expect(shownRows(rows, { base: 0, onlyDifferent: true, search: "" }).map((row) => row.label)).toEqual(["lr"]);
  expect(shownRows(rows, { base: 1, onlyDifferent: false, search: "args SEED" }).map((row) => row.label)).toEqual(["seed"]);
});

test("packages are compared by name, whatever their order", () => {
  expect(packagesOf("torch==2.4.0\n# a note\nMy_Lib[gpu] >= 1 # why\ngit+https://e.example/x.git\nnumpy\n")).toEqual([
    ["torch", "==2.4.0"], ["my-lib[gpu]", ">= 1"], ["git+https://e.example/x.git", "yes"], ["numpy", "any"],
  ]);
  const rows = detailRows([task({ script: { requirements: { pip: "b==1\na==1" } } }), task({ script: { requirements: { pip: ["a==1", "b==2"] } } })]);
  expect(rows.filter((row) => row.group === "Python packages").map((row) => [row.label, differs(row, 0)])).toEqual([["a", false], ["b", true]]);
});

test("the least and the greatest of a row are marked, where there are two", () => {
  const metrics = (value: number | string) => ({ a: { b: { metric: "loss", variant: "train", value } } });
  const [row] = metricRows([task({ last_metrics: metrics(3) }), task({ last_metrics: metrics("nan") }), task({ last_metrics: metrics(1) }), task({})], "value");

  expect(row?.values).toEqual(["3", "nan", "1", null]);
  expect(row && extremes(row)).toEqual({ least: 2, greatest: 0 });
  const [same] = metricRows([task({ last_metrics: metrics(1) }), task({ last_metrics: metrics(1) })], "value");
  expect(same && extremes(same)).toBeNull();
  expect(csvRows(["x", "y"], same ? [same] : [])).toEqual([["", "", "x", "y"], ["loss", "train", "1", "1"]]);
});
