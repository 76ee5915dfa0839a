// Where the entries of a queue stand after a move; told to the server as steps it knows. Pure.

/** The order with `ids` (kept in their own order) before the entry at `index` of the list as it stands. */
export function reordered(order: readonly string[], ids: ReadonlySet<string>, index: number): string[] {
  const moved = order.filter((id) => ids.has(id));
  const before = order.slice(0, index).filter((id) => !ids.has(id));
  const after = order.slice(index).filter((id) => !ids.has(id));
  return [...before, ...moved, ...after];
}

/** All of them one place up or down; those at the edge stay, the others close up behind them. */
export function shifted(order: readonly string[], ids: ReadonlySet<string>, by: -1 | 1): string[] {
  const out = [...order];
  const indexes = out.map((_, index) => index);
  for (const index of by < 0 ? indexes : indexes.reverse()) {
    const id = out[index];
    const other = out[index + by];
    if (id === undefined || other === undefined || !ids.has(id) || ids.has(other)) continue;
    out[index] = other;
    out[index + by] = id;
  }
  return out;
}

export interface Step {
  task: string;
  kind: "front" | "back" | "forward" | "backward";
  count: number;
}

/**
 * The fewest single moves that lead from one order to another: every entry that is not part of the longest run that already
 * stands in order is taken to its place, from the front to the back.
 */
export function stepsBetween(from: readonly string[], to: readonly string[]): Step[] {
  const kept = new Set(longestInOrder(from, to));
  const now = [...from];
  const steps: Step[] = [];
  to.forEach((task, target) => {
    if (kept.has(task)) return;
    const at = now.indexOf(task);
    if (at < 0) return;
    now.splice(at, 1);
    // Behind the entry that comes before it in the new order.
    const before = target === 0 ? -1 : now.indexOf(to[target - 1] ?? "");
    const place = before + 1;
    now.splice(place, 0, task);
    if (place === at) return;
    if (place === 0) steps.push({ task, kind: "front", count: at });
    else if (place === now.length - 1) steps.push({ task, kind: "back", count: place - at });
    else if (place < at) steps.push({ task, kind: "forward", count: at - place });
    else steps.push({ task, kind: "backward", count: place - at });
  });
  return steps;
}

function longestInOrder(from: readonly string[], to: readonly string[]): string[] {
  const place = new Map(to.map((id, index) => [id, index]));
  const list = from.filter((id) => place.has(id));
  const best = list.map(() => 1);
  const previous = list.map(() => -1);
  let end = -1;
  for (let i = 0; i < list.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      if ((place.get(list[j] ?? "") ?? 0) < (place.get(list[i] ?? "") ?? 0) && (best[j] ?? 0) + 1 > (best[i] ?? 0)) {
        best[i] = (best[j] ?? 0) + 1;
        previous[i] = j;
      }
    }
    if (end < 0 || (best[i] ?? 0) > (best[end] ?? 0)) end = i;
  }
  const out: string[] = [];
  for (let i = end; i >= 0; i = previous[i] ?? -1) out.unshift(list[i] ?? "");
  return out;
}
