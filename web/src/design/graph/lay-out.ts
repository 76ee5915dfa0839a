// Things that stand on others, from left to right. Pure.

export interface Node {
  name: string;
  parents: readonly string[];
}

/** For each node the column it stands in: behind all its parents. Nodes that stand on each other stand where the circle is entered. */
export function columnsOf(nodes: readonly Node[]): Map<string, number> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const out = new Map<string, number>();
  const open = new Set<string>();
  const column = (name: string): number => {
    const known = out.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) return 0;
    open.add(name);
    const parents = byName.get(name)?.parents ?? [];
    const value = parents.length === 0 ? 0 : Math.max(...parents.map(column)) + 1;
    open.delete(name);
    out.set(name, value);
    return value;
  };
  for (const node of nodes) column(node.name);
  return out;
}

export interface Place {
  x: number;
  y: number;
}

export const NODE = { width: 196, height: 48, gapX: 64, gapY: 16 } as const;

/** Where each node is drawn: from left to right, within a column close to its parents. */
export function layOut(nodes: readonly Node[]): { places: Map<string, Place>; width: number; height: number } {
  const columns = columnsOf(nodes);
  const count = Math.max(0, ...columns.values()) + (nodes.length > 0 ? 1 : 0);
  const lists: Node[][] = Array.from({ length: count }, () => []);
  for (const node of nodes) lists[columns.get(node.name) ?? 0]?.push(node);
  const row = new Map<string, number>();
  for (const list of lists) {
    const wanted = (node: Node) => {
      const rows = node.parents.map((parent) => row.get(parent)).filter((one) => one !== undefined);
      return rows.length === 0 ? 0 : rows.reduce((sum, one) => sum + one, 0) / rows.length;
    };
    const sorted = list.map((node, index) => ({ node, at: wanted(node), index })).sort((a, b) => a.at - b.at || a.index - b.index);
    let next = 0;
    for (const { node, at } of sorted) {
      const place = Math.max(next, Math.round(at));
      row.set(node.name, place);
      next = place + 1;
    }
  }
  const rows = Math.max(0, ...row.values()) + 1;
  const places = new Map(nodes.map((node) => [node.name, { x: (columns.get(node.name) ?? 0) * (NODE.width + NODE.gapX), y: (row.get(node.name) ?? 0) * (NODE.height + NODE.gapY) }]));
  return { places, width: Math.max(0, count * (NODE.width + NODE.gapX) - NODE.gapX), height: Math.max(0, rows * (NODE.height + NODE.gapY) - NODE.gapY) };
}
