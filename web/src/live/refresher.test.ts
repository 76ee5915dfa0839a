import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Change } from "./change";
import { needOf, type Need } from "./concerns";
import { refresher, type Watcher } from "./refresher";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const change = (id: string, more: Partial<Change> = {}): Change => ({ kind: "task", id, action: "changed", status: "in_progress", ...more });

function watcher(key: readonly unknown[], takesMs = 0): Watcher & { calls: (readonly Change[] | null)[] } {
  const calls: (readonly Change[] | null)[] = [];
  return {
    calls,
    need: needOf(key) as Need,
    refresh: (changes) => {
      calls.push(changes);
      return new Promise((resolve) => setTimeout(resolve, takesMs));
    },
  };
}

it("asks once for changes that come together, and knows which they were", async () => {
  const { tell } = refresher();
  const list = watcher(["tasks.get_all_ex", {}]);
  tell([list], [change("a"), change("b")]);
  tell([list], [change("c")]);
  await vi.advanceTimersByTimeAsync(200);
  expect(list.calls.map((all) => all?.map((one) => one.id))).toEqual([["a", "b", "c"]]);
});

it("asks four times a second at most, and shows the last change, too", async () => {
  const { tell } = refresher();
  const list = watcher(["tasks.get_all_ex", {}]);
  for (let at = 0; at < 100; at += 1) {
    tell([list], [change(`t${at}`)]);
    await vi.advanceTimersByTimeAsync(20);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(list.calls.length).toBeGreaterThanOrEqual(7);
  expect(list.calls.length).toBeLessThanOrEqual(10);
  expect(list.calls.at(-1)?.at(-1)?.id).toBe("t99");
});

it("gives a slow question its rest", async () => {
  const { tell } = refresher();
  const slow = watcher(["tasks.get_all_ex", {}], 500);
  for (let at = 0; at < 100; at += 1) {
    tell([slow], [change(`t${at}`)]);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(slow.calls.length).toBeLessThanOrEqual(3);
});

it("asks again after an answer that a change may have overtaken", async () => {
  const { tell } = refresher();
  const list = watcher(["tasks.get_all_ex", {}], 100);
  tell([list], [change("a")]);
  await vi.advanceTimersByTimeAsync(90);
  tell([list], [change("b")]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(list.calls.map((all) => all?.[0]?.id)).toEqual(["a", "b"]);
});

it("does not count all projects anew because a task runs on", async () => {
  const { tell } = refresher();
  const projects = watcher(["projects.get_all_ex", {}]);
  for (let at = 0; at < 50; at += 1) {
    tell([projects], [change("a")]);
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(projects.calls).toHaveLength(1);
  tell([projects], [change("a", { status: "completed" })]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(projects.calls).toHaveLength(2);
});

it("asks for everything after a gap", async () => {
  const { tell, tellAll } = refresher();
  const list = watcher(["tasks.get_all_ex", {}]);
  tell([list], [change("a")]);
  tellAll([list]);
  await vi.advanceTimersByTimeAsync(200);
  expect(list.calls).toEqual([null]);
});
