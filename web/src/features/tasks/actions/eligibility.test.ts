import { describe, expect, it } from "vitest";
import { TASK_STATUSES, type TaskStatus } from "~/api/documents";
import { eligible, TASK_ACTIONS, whyNot, type Actable } from "./eligibility";

const task = (status: TaskStatus, more: Partial<Actable> = {}): Actable => ({ id: status, name: status, type: "training", status, company: { id: "c" }, ...more });

describe("what can be done with a task", () => {
  it("is this table", () => {
    const table = Object.fromEntries(TASK_STATUSES.map((status) => [status, TASK_ACTIONS.filter((action) => whyNot(action, task(status)) === null).join(" ")]));
    const always = "clone move tags archive";
    expect(table).toEqual({
      created: `enqueue ${always} delete`,
      queued: `dequeue stop ${always}`,
      in_progress: `stop ${always}`,
      completed: `reset publish ${always} delete`,
      failed: `retry reset publish ${always} delete`,
      stopped: `enqueue reset publish ${always} delete`,
      published: `${always} delete`,
      publishing: `${always} delete`,
      closed: `reset publish ${always} delete`,
      unknown: `reset ${always} delete`,
    });
  });

  it("is restoring, not archiving, once it is archived", () => {
    const archived = task("completed", { system_tags: ["archived"] });
    expect(whyNot("archive", archived)).toBe("it is archived already");
    expect(whyNot("restore", archived)).toBeNull();
    expect(whyNot("enqueue", task("created", { system_tags: ["archived"] }))).toBe("it is archived");
  });

  it("is only cloning for examples", () => {
    const example = task("completed", { company: { id: "" } });
    expect(TASK_ACTIONS.filter((action) => whyNot(action, example) === null)).toEqual(["clone"]);
  });

  it("is counted over many, with the reasons of those that are left out", () => {
    const { able, reasons } = eligible("reset", [task("completed"), task("published"), task("in_progress"), task("failed")]);
    expect(able.map((one) => one.id)).toEqual(["completed", "failed"]);
    expect([...reasons]).toEqual([["only from completed, aborted, failed, closed, unknown", 2]]);
  });
});
