import { expect, test } from "vitest";
import { commonLines, markedWords, pairedLogs, shortest, shownPairs, textsOf } from "./log-diff";

const log = (...lines: string[]) => lines.map((text, line) => ({ line, text }));
const drawn = (left: string[], right: string[]) => pairedLogs(log(...left), log(...right)).map((pair) => `${pair.kind}: ${pair.left?.text ?? ""} | ${pair.right?.text ?? ""}`);

test("what is the same but for its numbers stands beside each other", () => {
  expect(drawn(["start", "epoch 1 loss 0.50", "done"], ["start", "epoch 1 loss 0.48", "done"])).toEqual(["same: start | start", "numbers: epoch 1 loss 0.50 | epoch 1 loss 0.48", "same: done | done"]);
});

test("what only one of them wrote has nothing beside it, and nothing is lost or moved", () => {
  expect(drawn(["start", "warning: slow disk", "done"], ["start", "done", "bye"])).toEqual(["same: start | start", "left: warning: slow disk | ", "same: done | done", "right:  | bye"]);
  expect(drawn([], ["a"])).toEqual(["right:  | a"]);
});

test("other lines in the same place are read beside each other", () => {
  expect(drawn(["start", "using cuda", "done"], ["start", "no driver found", "done"])[1]).toBe("unlike: using cuda | no driver found");
});

test("lines are paired in the order of both, and without any that hold the rest in place as many as there can be", () => {
  const of = (text: string) => [...text];
  expect(shortest(of("abcabba"), of("cbabac"))).toHaveLength(4);
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round += 1) {
    const [a, b] = [0, 1].map(() => Array.from({ length: random(12) }, () => "abc"[random(3)] ?? "a"));
    if (!a || !b) continue;
    expect(shortest(a, b)).toHaveLength(longest(a, b));
    for (const found of [commonLines(a, b), shortest(a, b)])
      for (const [at, [x, y]] of found.entries()) {
        expect(a[x]).toBe(b[y]);
        expect(at === 0 || (x > (found[at - 1]?.[0] ?? 0) && y > (found[at - 1]?.[1] ?? 0))).toBe(true);
      }
  }
});

function longest(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = 1; i <= a.length; i += 1) for (let j = 1; j <= b.length; j += 1) (table[i] ?? [])[j] = a[i - 1] === b[j - 1] ? (table[i - 1]?.[j - 1] ?? 0) + 1 : Math.max(table[i - 1]?.[j] ?? 0, table[i]?.[j - 1] ?? 0);
  return table[a.length]?.[b.length] ?? 0;
}

test("two long logs are paired at once, also when they have nothing in common", () => {
  const lines = (count: number, text: (at: number) => string) => Array.from({ length: count }, (_, line) => ({ line, text: text(line) }));
  const before = performance.now();
  expect(pairedLogs(lines(10_000, (at) => `epoch ${at} loss ${1 / at}`), lines(9_000, (at) => `epoch ${at} loss ${2 / at}`))).toHaveLength(10_000);
  expect(pairedLogs(lines(10_000, (at) => "x".repeat(1 + (at % 300))), lines(10_000, (at) => "y".repeat(1 + (at % 299))))).toHaveLength(10_000);
  expect(performance.now() - before).toBeLessThan(8_000);
});

test("the words that differ are marked", () => {
  expect(markedWords("loss=0.5 lr=1e-3", "loss=0.4 lr=1e-3")).toEqual([{ text: "loss=", isOther: false }, { text: "0.5", isOther: true }, { text: " lr=1e-3", isOther: false }]);
});

test("of a bar that moves only its end is compared, colours are not", () => {
  expect(textsOf([{ line: 0, msg: "load:  10%|█   | 1/10" }, { line: 1, msg: "load: 100%|████| 10/10" }, { line: 2, msg: "\u001b[31mred\u001b[0m" }])).toEqual([{ line: 1, text: "load: 100%|████| 10/10" }, { line: 2, text: "red" }]);
});

test("only the differences are shown with what is around them", () => {
  const pairs = pairedLogs(log("a", "b", "c", "d", "e", "f"), log("a", "b", "c", "d", "e", "g"));
  const rows = shownPairs(pairs, { ignoresNumbers: false, onlyDifferent: true });
  expect(rows[0]).toEqual({ kind: "gap", count: 3 });
  expect(rows).toHaveLength(4);
  const numbers = pairedLogs(log("loss 1"), log("loss 2"));
  expect(shownPairs(numbers, { ignoresNumbers: true, onlyDifferent: true })).toEqual([{ kind: "gap", count: 1 }]);
});
