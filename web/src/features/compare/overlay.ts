// Plots of the same name of several runs as one: what each draws in its run's colour. Pure.

type Tree = Record<string, unknown>;

export interface RunPlot {
  name: string;
  colour: string;
  json: string;
}

/** Drawn over axes that they can share. Heat maps, tables, pies and drawings in space cover each other. */
const SHARED = new Set(["scatter", "scattergl", "bar", "histogram", "box", "violin"]);
const DASHES = ["solid", "dash", "dot", "dashdot"];

function tree(value: unknown): Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

function tracesOf(json: string): { traces: Tree[]; layout: Tree } | null {
  try {
    const plot = tree(JSON.parse(json));
    const traces = Array.isArray(plot.data) ? plot.data.map(tree) : [];
    const layout = tree(plot.layout);
    const isShared = traces.length > 0 && traces.every((trace) => SHARED.has(typeof trace.type === "string" ? trace.type : "scatter") && !trace.xaxis && !trace.yaxis);
    return isShared && !(Array.isArray(layout.images) && layout.images.length > 0) ? { traces, layout } : null;
  } catch {
    return null;
  }
}

function drawn(trace: Tree, run: RunPlot, at: number, isOnly: boolean): Tree {
  const own = typeof trace.name === "string" && trace.name ? trace.name : `${at + 1}`;
  const isArea = trace.type === "histogram" || trace.type === "bar";
  return {
    ...trace, name: isOnly ? run.name : `${run.name}, ${own}`, showlegend: true, legendgroup: run.name,
    marker: { ...tree(trace.marker), color: run.colour, ...(isArea ? { opacity: Math.max(0.35, 0.8 - at * 0.15) } : {}) },
    line: { ...tree(trace.line), ...(isArea ? {} : { color: run.colour, dash: DASHES[at % DASHES.length] }) },
  };
}

/** The plot of all of them; null where they cannot be laid over each other, or where there is only one. */
export function overlaid(plots: readonly RunPlot[]): string | null {
  if (plots.length < 2) return null;
  const parts = plots.map((plot) => tracesOf(plot.json));
  const [first] = parts;
  if (!first || parts.some((part) => part === null)) return null;
  const data = parts.flatMap((part, index) => {
    const run = plots[index];
    return part && run ? part.traces.map((trace, at) => drawn(trace, run, at, part.traces.length === 1)) : [];
  });
  const isHistogram = data.some((trace) => trace.type === "histogram");
  return JSON.stringify({ data, layout: { ...first.layout, title: undefined, showlegend: true, ...(isHistogram ? { barmode: "overlay" } : {}) } });
}
