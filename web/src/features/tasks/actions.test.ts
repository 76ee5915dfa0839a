import { expect, it } from "vitest";
import { actionsOf } from "./actions";

it("offers what the status allows, and nothing that would be refused", () => {
  expect(actionsOf("created")).toEqual(["Enqueue", "Clone", "Archive", "Delete"]);
  expect(actionsOf("queued")).toEqual(["Dequeue", "Clone", "Archive", "Delete"]);
  expect(actionsOf("in_progress")).toEqual(["Abort", "Clone", "Archive", "Delete"]);
  expect(actionsOf("completed")).toEqual(["Enqueue", "Clone", "Reset", "Publish", "Archive", "Delete"]);
  expect(actionsOf("published")).toEqual(["Clone", "Archive", "Delete"]);
});
