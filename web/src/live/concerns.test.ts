import { describe, expect, it } from "vitest";
import type { Change } from "./change";
import { concerns, interestOf, needOf, type Need } from "./concerns";

const change = (more: Partial<Change>): Change => ({ kind: "task", id: "t1", action: "changed", ...more });
const need = (...key: unknown[]): Need => {
  const made = needOf(key);
  if (!made) throw new Error("the stream does not tell of it");
  return made;
};

describe("a change", () => {
  it("of a task concerns that task's page and no other's", () => {
    const page = need("tasks.get_by_id_ex", { id: ["t1"], only_fields: ["*"] });
    expect(concerns(page, change({}), false)).toBe(true);
    expect(concerns(page, change({ id: "t2" }), true)).toBe(false);
    expect(concerns(page, change({ kind: "events", events: ["log"] }), true)).toBe(false);
  });

  it("concerns the list of its project, and of those above only with what is below them", () => {
    expect(concerns(need("tasks.get_all_ex", { project: ["p"] }), change({ project: "p" }), false)).toBe(true);
    expect(concerns(need("tasks.get_all_ex", { project: ["p"] }), change({ project: "q" }), false)).toBe(false);
    expect(concerns(need("tasks.get_all_ex", { project: ["p"], include_subprojects: true }), change({ project: "q" }), false)).toBe(true);
  });

  it("of what a task reported concerns the charts of that kind", () => {
    const curves = need("events.get_curves", ["t1", "t2"], "loss", ["train"]);
    expect(concerns(curves, change({ kind: "events", id: "t2", events: ["log", "scalar"] }), true)).toBe(true);
    expect(concerns(curves, change({ kind: "events", id: "t2", events: ["log"] }), true)).toBe(false);
    expect(concerns(curves, change({ kind: "events", id: "t3", events: ["scalar"] }), true)).toBe(false);
    expect(concerns(need("events.debug_images", { metrics: [{ task: "t1" }] }), change({ kind: "events", events: ["image"] }), true)).toBe(true);
  });

  it("that takes reports away is heard where they are shown, one that is only about the task is not", () => {
    const log = need("events.get_log_lines", { task: "t1" });
    expect(concerns(log, change({ status: "created" }), true)).toBe(true);
    expect(concerns(log, change({ action: "deleted" }), true)).toBe(true);
    expect(concerns(log, change({ status: "in_progress" }), true)).toBe(false);
  });

  it("concerns sums only if something came, went or has another status", () => {
    const projects = need("projects.get_all_ex", {});
    expect(concerns(projects, change({ status: "completed" }), true)).toBe(true);
    expect(concerns(projects, change({ status: "in_progress" }), false)).toBe(false);
  });

  it("never concerns what the stream does not tell of", () => {
    expect(needOf(["users.get_current_user", {}])).toBeNull();
    expect(needOf(["queues.get_queue_metrics", {}])).toBeNull();
    expect(needOf(["addresses"])).toBeNull();
  });
});

describe("what is asked of the stream", () => {
  const task = need("tasks.get_by_id_ex", { id: ["t1"] });

  it("is only what is shown of a task, when that is all", () => {
    expect(interestOf([task])).toBe("kinds=task&task=t1");
    expect(interestOf([task, need("events.get_log_lines", { task: "t1" })])).toBe("kinds=task,events&task=t1");
  });

  it("is everything but reports for lists and for pages that ask nothing", () => {
    expect(interestOf([])).toBe("kinds=task,model,project,queue,worker");
    expect(interestOf([need("tasks.get_all_ex", {}), task])).toBe("kinds=task,model,project,queue,worker");
    expect(interestOf([need("queues.get_all_ex", {}), need("events.get_log_lines", { task: "t1" })])).toContain("events");
  });
});
