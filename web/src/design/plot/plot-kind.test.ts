import { describe, expect, it } from "vitest";
import { dressed } from "~/sandbox/dress";
import { partsFor, typesOf } from "~/sandbox/traces";
import { plotKind } from "./plot-kind";

const kind = (plot: unknown) => plotKind(JSON.stringify(plot));

describe("a plot", () => {
  it("of one table is a table of texts, whatever tags are in them", () => {
    expect(kind({ data: [{ type: "table", header: { values: [["<b>a</b>"], "b<br>c"] }, cells: { values: [[1, 2], ["<img src=x onerror=alert(1)>x", null]] } }], layout: { title: { text: "<b>T</b>" } } })).toEqual({
      kind: "table", title: "T", header: ["a", "b c"], rows: [["1", "x"], ["2", ""]],
    });
  });
  it("that only shows a picture is a picture, if a browser may fetch it", () => {
    expect(kind({ data: [], layout: { title: "m", images: [{ source: "http://files/a.png" }] } })).toEqual({ kind: "image", title: "m", source: "http://files/a.png" });
    expect(kind({ data: [], layout: { images: [{ source: "javascript:alert(1)" }] } }).kind).toBe("plot");
    expect(kind({ data: [], layout: { images: [{ source: "data:image/svg+xml,<svg onload=alert(1)>" }] } }).kind).toBe("plot");
  });
  it("that is no JSON is broken, and one of anything else is drawn", () => {
    expect(plotKind("{").kind).toBe("broken");
    expect(kind([1, 2]).kind).toBe("plot");
    expect(kind({ data: [{ y: [1] }], layout: {} })).toEqual({ kind: "plot", title: "" });
  });
});

describe("the parts of Plotly", () => {
  it("are as few as the types of the traces need", () => {
    expect(partsFor(typesOf([{ y: [] }, { type: "scatter" }]))).toEqual({ parts: [], unknown: [] });
    expect(partsFor(typesOf([{ type: "heatmap" }, { type: "bar" }]))).toEqual({ parts: ["plain"], unknown: [] });
    expect(partsFor(typesOf([{ type: "surface" }, { type: "scatterpolar" }]))).toEqual({ parts: ["gl", "polar"], unknown: [] });
    expect(partsFor(typesOf([{ type: "scattermap" }]))).toEqual({ parts: [], unknown: ["scattermap"] });
    expect(typesOf("no list")).toEqual([]);
  });
});

describe("a layout", () => {
  const colours = { "--text-2": "rgb(1, 2, 3)", "--line": "rgb(4, 5, 6)", "--line-strong": "rgb(7, 8, 9)", "--text-3": "#777", "--accent": "#00f" };
  const size = { width: 400, height: 300 };
  it("takes the page's colours where its author chose none", () => {
    const out = dressed({ title: "x", width: 9000, paper_bgcolor: "white", plot_bgcolor: "#123456", xaxis: { title: "step" }, yaxis2: {} }, size, colours);
    expect(out).toMatchObject({ width: 400, height: 300, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "#123456", xaxis: { title: "step", gridcolor: "rgb(4, 5, 6)" }, yaxis2: { gridcolor: "rgb(4, 5, 6)" } });
    expect(out.title).toBeUndefined();
  });
  it("loses pictures that would be fetched from somewhere", () => {
    expect(dressed({ images: [{ source: "http://evil.example/track.png" }, { source: "data:image/svg+xml,x" }, { source: "data:image/png;base64,AA" }] }, size, colours).images).toEqual([{ source: "data:image/png;base64,AA" }]);
  });
  it("that is none is an empty one", () => {
    expect(dressed(null, size, colours)).toMatchObject({ width: 400 });
    expect(dressed("x", size, colours)).toMatchObject({ height: 300 });
  });
});
