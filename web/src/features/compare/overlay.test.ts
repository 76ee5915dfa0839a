import { expect, test } from "vitest";
import { overlaid } from "./overlay";

const plot = (data: unknown, layout: unknown = {}) => JSON.stringify({ data, layout });
const run = (name: string, json: string) => ({ name, colour: name === "a" ? "#111111" : "#222222", json });

test("lines of two runs are one plot, each in its run's colour and under its name", () => {
  const json = overlaid([run("a", plot([{ type: "scatter", x: [1], y: [2], line: { width: 3, color: "red" } }], { title: { text: "PR" }, xaxis: { title: "recall" } })), run("b", plot([{ x: [1], y: [3] }]))]);
  const { data, layout } = JSON.parse(json ?? "") as { data: { name: string; line: object; y: number[] }[]; layout: object };
  expect(data.map((trace) => [trace.name, trace.line, trace.y])).toEqual([["a", { width: 3, color: "#111111", dash: "solid" }, [2]], ["b", { color: "#222222", dash: "solid" }, [3]]]);
  expect(layout).toEqual({ xaxis: { title: "recall" }, showlegend: true });
});

test("several lines of one run are told apart by how they are drawn", () => {
  const json = overlaid([run("a", plot([{ name: "cat", y: [1] }, { name: "dog", y: [2] }])), run("b", plot([{ y: [1] }]))]);
  const { data } = JSON.parse(json ?? "") as { data: { name: string; line: { dash: string } }[] };
  expect(data.map((trace) => `${trace.name}: ${trace.line.dash}`)).toEqual(["a, cat: solid", "a, dog: dash", "b: solid"]);
});

test("histograms lie over each other", () => {
  const json = overlaid([run("a", plot([{ type: "histogram", x: [1, 2] }])), run("b", plot([{ type: "histogram", x: [2, 3] }]))]);
  expect((JSON.parse(json ?? "") as { layout: { barmode: string } }).layout.barmode).toBe("overlay");
});

test("what would cover the other, has axes of its own, is a picture, alone or broken is not overlaid", () => {
  const line = plot([{ y: [1] }]);
  for (const other of [plot([{ type: "heatmap", z: [[1]] }]), plot([{ type: "table" }]), plot([{ y: [1], yaxis: "y2" }]), plot([], { images: [{ source: "x" }] }), plot([{ y: [1] }], { images: [{ source: "x" }] }), "{broken", "null"])
    expect(overlaid([run("a", line), run("b", other)])).toBeNull();
  expect(overlaid([run("a", line)])).toBeNull();
});
