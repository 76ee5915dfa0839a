import { describe, expect, it } from "vitest";
import { sectionChanges, sectionProblem, type Row } from "./parameters";

const row = (name: string, value: string): Row => ({ name, value, type: "", description: "" });

describe("a section of parameters", () => {
  it("says only what changed", () => {
    const before = [row("a", "1"), row("b", "2"), row("c", "3")];
    expect(sectionChanges(before, [row("a", "1"), row("b", "20"), row(" d ", "4")])).toEqual({ set: [row("b", "20"), row("d", "4")], remove: ["c"] });
    expect(sectionChanges(before, before)).toEqual({ set: [], remove: [] });
  });
  it("takes a new name as a new parameter and the old one as gone", () => {
    expect(sectionChanges([row("lr", "0.1")], [row("rate", "0.1")])).toEqual({ set: [row("rate", "0.1")], remove: ["lr"] });
  });
  it("wants names, each once", () => {
    expect(sectionProblem([row("a", ""), row(" ", "")])).toBe("Every parameter needs a name.");
    expect(sectionProblem([row("a", ""), row("a ", "")])).toBe("There are two of the name a.");
    expect(sectionProblem([row("a", "")])).toBeNull();
  });
});
