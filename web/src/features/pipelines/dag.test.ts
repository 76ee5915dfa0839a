import { expect, test } from "vitest";
import { stepsOf } from "./dag";

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
