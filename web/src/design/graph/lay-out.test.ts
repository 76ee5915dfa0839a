import { expect, test } from "vitest";
import { columnsOf, layOut, NODE } from "./lay-out";

const graph = (nodes: Record<string, { parents?: string[] }>) => Object.entries(nodes).map(([name, { parents = [] }]) => ({ name, parents }));

test("every node stands behind all its parents, and no two in one place", () => {
  const nodes = graph({ c: { parents: ["a", "b"] }, a: {}, b: { parents: ["a"] }, d: { parents: ["a"] } });
  const columns = columnsOf(nodes);
  const { places, width } = layOut(nodes);

  expect([...columns].sort()).toEqual([["a", 0], ["b", 1], ["c", 2], ["d", 1]]);
  expect(new Set([...places.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(4);
  expect(width).toBe(3 * NODE.width + 2 * NODE.gapX);
});

test("a circle ends, and three hundred nodes are laid out at once", () => {
  expect(columnsOf(graph({ a: { parents: ["b"] }, b: { parents: ["a"] } })).size).toBe(2);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`s${i}`, { parents: i < 10 ? [] : [`s${i - 10}`, `s${i - 7}`] }]));
  expect(layOut(graph(many)).places.size).toBe(300);
});
