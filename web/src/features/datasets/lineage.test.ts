import { expect, test } from "vitest";
import { ancestorsOf } from "./lineage";

const struct = (value: string) => ({ configuration: { "Dataset Struct": { name: "Dataset Struct", value } } });

test("versions stand on others by their tasks", () => {
  const value = JSON.stringify({ "0": { job_id: "a", status: "completed", parents: [] }, "1": { job_id: "b", parents: ["0"] } });
  expect(ancestorsOf(struct(value))).toEqual([{ id: "a", parents: [] }, { id: "b", parents: ["a"] }]);
});

test("what is broken has no versions", () => {
  for (const value of ["", "{", "null", "3"]) expect(ancestorsOf(struct(value))).toEqual([]);
  expect(ancestorsOf({})).toEqual([]);
});
