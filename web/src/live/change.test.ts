import { expect, it } from "vitest";
import { eventReader } from "./change";

it("reads events from pieces of any size, and passes over signs of life", () => {
  const text = 'retry: 1000\n\nid: a\nevent: ready\ndata: {}\n\n:\n\nid: b\nevent: change\ndata: {"kind":"task"}\n\n';
  for (const size of [1, 3, 7, text.length]) {
    const read = eventReader();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...read(text.slice(at, at + size)));
    expect(events).toEqual([
      { id: "a", name: "ready", data: "{}" },
      { id: "b", name: "change", data: '{"kind":"task"}' },
    ]);
  }
});

it("learns how far it has come from an id without an event", () => {
  const read = eventReader();
  read("id: a\nevent: ready\ndata: {}\n\n");
  expect(read("id: b\n\n")).toEqual([{ id: "b", name: "message", data: "" }]);
});
