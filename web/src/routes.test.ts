import { expect, test } from "vitest";
import { fromOldAddress } from "./routes";

const A = "a".repeat(32);
const B = "b".repeat(32);

test("addresses of the stock pages and those that the SDK prints lead to ours", () => {
  expect(fromOldAddress(`/projects/${A}/experiments/${B}/output/log`)).toBe(`/t/${B}/console`);
  expect(fromOldAddress(`/projects/*/tasks/${B}/info-output/metrics/scalar`)).toBe(`/t/${B}/scalars`);
  expect(fromOldAddress(`/pipelines/${A}/experiments/${B}`)).toBe(`/t/${B}/pipeline`);
  expect(fromOldAddress(`/datasets/simple/${A}/experiments/${B}`)).toBe(`/t/${B}/dataset`);
  expect(fromOldAddress(`/projects/${A}/models/${B}/general`)).toBe(`/models/${B}`);
  expect(fromOldAddress("/workers-and-queues/queues", `?id=${A}`)).toBe(`/queues/${A}`);
  expect(fromOldAddress(`/projects/${A}/compare-tasks;ids=${A},${B}/scalars/graph`)).toBeTruthy();
});

test("our own addresses stay what they are", () => {
  for (const path of ["/", "/tasks", "/projects", "/projects/vision/detection", `/pipelines/${A}`, `/datasets/${A}`, "/pipelines", "/datasets", `/t/${A}/console`, "/reports", `/reports/${A}`, "/queues"]) expect(fromOldAddress(path)).toBeNull();
});
