import { expect, test } from "vitest";
import { columnsOf, layOut, NODE, stepsOf } from "./dag";

const pipeline = (nodes: Record<string, unknown>) => stepsOf(JSON.stringify(nodes));

test("a step has its task, its time and what it waits for", () => {
  const [load, train, never] = pipeline({
    load: { executed: "a1", status: "completed", parents: [], job_started: 10, job_ended: 25 }, train: { job_id: "b2", status: "running", parents: ["load", "gone"] }, never: { skip_job: true, parents: ["train"] },
  });

  expect(load).toMatchObject({ task: "a1", status: "completed", seconds: 15 });
  expect(train).toMatchObject({ task: "b2", status: "in_progress", parents: ["load"], seconds: null });
  expect(never).toMatchObject({ task: null, status: "skipped" });
});

test("what is no pipeline has no steps", () => {
  for (const broken of [undefined, "", "{", "[]", "3", "null"]) expect(stepsOf(broken)).toEqual([]);
  expect(pipeline({ a: null })).toHaveLength(1);
});

test("every step stands behind all it waits for, and no two in one place", () => {
  const steps = pipeline({ c: { parents: ["a", "b"] }, a: {}, b: { parents: ["a"] }, d: { parents: ["a"] } });
  const columns = columnsOf(steps);
  const { places, width } = layOut(steps);

  expect([...columns].sort()).toEqual([["a", 0], ["b", 1], ["c", 2], ["d", 1]]);
  expect(new Set([...places.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(4);
  expect(width).toBe(3 * NODE.width + 2 * NODE.gapX);
});

test("a circle ends, and three hundred steps are laid out at once", () => {
  expect(columnsOf(pipeline({ a: { parents: ["b"] }, b: { parents: ["a"] } })).size).toBe(2);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`s${i}`, { parents: i < 10 ? [] : [`s${i - 10}`, `s${i - 7}`] }]));
  expect(layOut(pipeline(many)).places.size).toBe(300);
});
