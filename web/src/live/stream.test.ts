import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { stream } from "./stream";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server whose connections the test answers, feeds and cuts. */
function server() {
  const asked: { url: string; lastId: string | undefined; signal: AbortSignal; tell: (text: string) => void; end: () => void; refuse: (status: number) => void; cut: () => void }[] = [];
  const heard: string[] = [];
  const made = stream({
    fetch: (url, init) =>
      new Promise((resolve, reject) => {
        let body: ReadableStreamDefaultController<Uint8Array> | undefined;
        const accept = () => {
          if (!body) resolve(new Response(new ReadableStream({ start: (controller) => { body = controller; } }), { status: 200 }));
        };
        const fail = () => (body ? body.error(new Error("cut")) : reject(new TypeError("cut")));
        init.signal?.addEventListener("abort", fail);
        asked.push({
          url, lastId: (init.headers as Record<string, string>)["Last-Event-ID"], signal: init.signal as AbortSignal,
          tell: (text) => { accept(); body?.enqueue(new TextEncoder().encode(text)); },
          end: () => { accept(); body?.close(); },
          refuse: (status) => resolve(new Response("no", { status })),
          cut: fail,
        });
      }),
    onOpen: () => heard.push("open"),
    onChanges: (changes) => heard.push(...changes.map((change) => change.id)),
    onReset: () => heard.push("reset"),
    onLost: (status) => heard.push(`lost ${status}`),
  });
  const at = (index: number) => {
    const found = asked[index];
    if (!found) throw new Error(`there were ${asked.length} connections`);
    return found;
  };
  return { ...made, asked, heard, at, settle: () => vi.advanceTimersByTimeAsync(1) };
}

const told = (id: string, thing: string) => `id: ${id}\nevent: change\ndata: {"kind":"task","id":"${thing}","action":"changed"}\n\n`;

it("goes on after the last event that it heard, soon after it was cut off", async () => {
  const { want, at, heard, settle, asked } = server();
  want("kinds=task");
  at(0).tell("id: 1\nevent: ready\ndata: {}\n\n" + told("2", "a"));
  await settle();
  at(0).cut();
  await settle();
  expect(heard).toEqual(["open", "reset", "a", "lost 0"]);

  await vi.advanceTimersByTimeAsync(600);
  expect(at(1).lastId).toBe("2");
  at(1).tell(told("3", "b"));
  await settle();
  expect(heard.slice(4)).toEqual(["open", "b"]);
  expect(asked).toHaveLength(2);
});

it("comes again after the server ended it in order, and is not lost in between", async () => {
  const { want, at, heard, settle, asked } = server();
  want("kinds=task");
  at(0).tell(told("2", "a"));
  await vi.advanceTimersByTimeAsync(10_000);
  at(0).end();
  await settle();
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveLength(2);
  expect(heard).toEqual(["open", "a"]);
});

it("does not run in circles where every connection is ended at once", async () => {
  const { want, at, asked } = server();
  want("kinds=task");
  let ended = 0;
  for (let second = 0; second < 60; second += 1) {
    if (asked.length > ended) at(ended++).end();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.length).toBeLessThan(20);
});

it("takes a connection for dead that gives no sign of life", async () => {
  const { want, at, heard, settle } = server();
  want("kinds=task");
  at(0).tell(":\n\n");
  await settle();
  await vi.advanceTimersByTimeAsync(30_000);
  at(0).tell("id: 7\n\n");
  await settle();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(heard).toEqual(["open"]);
  await vi.advanceTimersByTimeAsync(10_500);
  expect(heard).toEqual(["open", "lost 0"]);
  expect(at(1).lastId).toBe("7");
});

it("does not knock at a closed door: signed out it waits for somebody to sign in", async () => {
  const { want, hurry, at, heard, settle, asked } = server();
  want("kinds=task");
  at(0).refuse(401);
  await settle();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toHaveLength(1);
  expect(heard).toEqual(["lost 401"]);
  hurry();
  at(1).tell("id: 1\nevent: ready\ndata: {}\n\n");
  await settle();
  expect(heard.slice(1)).toEqual(["open", "reset"]);
});

it("listens for something else without a gap, and for nothing when nobody looks", async () => {
  const { want, at, asked, settle, heard } = server();
  want("kinds=task");
  at(0).tell(told("5", "a"));
  await settle();
  want("kinds=task,events&task=a");
  expect(at(0).signal.aborted).toBe(true);
  expect(at(1)).toMatchObject({ url: "/api/stream?kinds=task,events&task=a", lastId: "5" });
  want(null);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(at(1).signal.aborted).toBe(true);
  expect(asked).toHaveLength(2);
  expect(heard).toEqual(["open", "a"]);
});
