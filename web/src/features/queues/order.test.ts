import { describe, expect, it } from "vitest";
import { reordered, shifted, stepsBetween } from "./order";

const abcde = [..."abcde"];
const set = (...ids: string[]) => new Set(ids);

function applied(order: readonly string[], steps: ReturnType<typeof stepsBetween>): string[] {
  const out = [...order];
  for (const { task, kind, count } of steps) {
    const at = out.indexOf(task);
    out.splice(at, 1);
    const to = kind === "front" ? 0 : kind === "back" ? out.length : kind === "forward" ? Math.max(0, at - count) : Math.min(out.length, at + count);
    out.splice(to, 0, task);
  }
  return out;
}

describe("the order of a queue", () => {
  it("is changed by dropping one or several before an entry", () => {
    expect(reordered(abcde, set("e"), 0).join("")).toBe("eabcd");
    expect(reordered(abcde, set("a", "d"), 3).join("")).toBe("bcade");
    expect(reordered(abcde, set("b"), 5).join("")).toBe("acdeb");
  });

  it("is changed one place up or down, a group as a group", () => {
    expect(shifted(abcde, set("c", "d"), -1).join("")).toBe("acdbe");
    expect(shifted(abcde, set("a", "b"), -1).join("")).toBe("abcde");
    expect(shifted(abcde, set("a", "c"), -1).join("")).toBe("acbde");
    expect(shifted(abcde, set("d", "e"), 1).join("")).toBe("abcde");
    expect(shifted(abcde, set("a", "b"), 1).join("")).toBe("cabde");
  });

  it("is told in single moves that lead there", () => {
    for (const target of ["eabcd", "bcade", "edcba", "abcde", "acdeb", "cabed"]) expect(applied(abcde, stepsBetween(abcde, [...target])).join("")).toBe(target);
    expect(stepsBetween(abcde, [..."eabcd"])).toEqual([{ task: "e", kind: "front", count: 4 }]);
    expect(stepsBetween(abcde, [..."acdeb"])).toEqual([{ task: "b", kind: "back", count: 3 }]);
    expect(stepsBetween(abcde, abcde)).toEqual([]);
  });
});
