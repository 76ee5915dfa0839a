// Which parts of Plotly a plot needs, by the types of its traces. Pure but for the loading.

export type Part = "plain" | "polar" | "gl";

const PLAIN = new Set([
  "bar", "box", "heatmap", "histogram", "histogram2d", "histogram2dcontour", "contour", "pie", "violin", "funnel", "funnelarea", "waterfall", "image", "table", "sankey",
  "sunburst", "treemap", "icicle", "indicator", "candlestick", "ohlc", "parcats",
]);
const POLAR = new Set(["scatterpolar", "barpolar", "scatterternary", "scattersmith", "carpet", "scattercarpet", "contourcarpet"]);
const GL = new Set(["scatter3d", "surface", "mesh3d", "cone", "streamtube", "volume", "isosurface", "scattergl", "scatterpolargl", "splom", "parcoords"]);

/** The parts for these types; types that are not drawn here come back in `unknown`: maps, whose tiles are elsewhere. */
export function partsFor(types: readonly string[]): { parts: Part[]; unknown: string[] } {
  const parts = new Set<Part>();
  const unknown: string[] = [];
  for (const type of types) {
    if (type === "scatter" || type === "") continue;
    if (PLAIN.has(type)) parts.add("plain");
    else if (POLAR.has(type)) parts.add("polar");
    else if (GL.has(type)) parts.add("gl");
    else unknown.push(type);
  }
  return { parts: [...parts].sort(), unknown };
}

export function typesOf(data: unknown): string[] {
  if (!Array.isArray(data)) return [];
  return [...new Set(data.map((trace: unknown) => (typeof trace === "object" && trace !== null && "type" in trace && typeof trace.type === "string" ? trace.type : "scatter")))];
}
