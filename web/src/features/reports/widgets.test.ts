import { expect, test } from "vitest";
import { parseWidget, partsOf, writeWidget } from "./widgets";

test("a widget is written and read as the same", () => {
  const widget = { kind: "scalar", objects: ["a1", "b2"], isModel: false, metrics: ["loss & more"], variants: ["train"] } as const;
  const [part] = partsOf(writeWidget(widget));
  expect(part).toEqual({ kind: "widget", widget: { ...widget, x: "iter" } });
});

test("text stands around widgets, and the stock pages' own frames are read, too", () => {
  const parts = partsOf('# Aim\n\n<iframe\n  src="https://app.example/widgets/?type=plot&amp;tasks=a1&amp;metrics=confusion" name="x" width="100%"></iframe>\n\nSo it is.');
  expect(parts.map((part) => (part.kind === "text" ? part.text.trim() : [part.widget.kind, part.widget.objects, part.widget.metrics]))).toEqual(["# Aim", ["plot", ["a1"], ["confusion"]], "So it is."]);
});

test("what is no widget stays text", () => {
  for (const src of ["https://evil.example/", "javascript:alert(1)", "/widgets/?type=scalar", "/widgets/?type=other&objects=a"]) expect(parseWidget(src)).toBeNull();
  expect(partsOf('<iframe src="https://evil.example/"></iframe>')).toEqual([{ kind: "text", text: '<iframe src="https://evil.example/"></iframe>' }]);
});
