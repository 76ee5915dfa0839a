// What a plot of a task is: most are drawn in the sandbox; tables and pictures are shown by the page itself. Pure.

export type PlotKind =
  | { kind: "plot"; title: string }
  | { kind: "table"; title: string; header: string[]; rows: string[][] }
  | { kind: "image"; title: string; source: string }
  | { kind: "broken"; title: string };

type Tree = Record<string, unknown>;

function tree(value: unknown): Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

/** Plotly's texts may hold a few tags; here they are letters alone. */
function withoutTags(text: string): string {
  return text
    .replace(/<br\s*\/?>/gi, " ")
    .replace(/<\/?[a-z][^<>]*>/gi, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .trim();
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "";
  return withoutTags(Array.isArray(value) ? value.map(text).join(" ") : String(value));
}

function titleOf(layout: Tree): string {
  return text(typeof layout.title === "string" ? layout.title : tree(layout.title).text);
}

function columnsOf(value: unknown): unknown[][] {
  if (!Array.isArray(value)) return [];
  return value.map((column: unknown) => (Array.isArray(column) ? column : [column]));
}

export function plotKind(json: string): PlotKind {
  let plot: Tree;
  try {
    plot = tree(JSON.parse(json));
  } catch {
    return { kind: "broken", title: "" };
  }
  const layout = tree(plot.layout);
  const title = titleOf(layout);
  const data = Array.isArray(plot.data) ? plot.data.map(tree) : [];
  const [first] = data;
  if (data.length === 1 && first?.type === "table") {
    const header = columnsOf(tree(first.header).values).map((column) => text(column));
    const cells = columnsOf(tree(first.cells).values);
    const length = Math.max(0, ...cells.map((column) => column.length));
    const rows = Array.from({ length }, (_, row) => cells.map((column) => text(column[row])));
    return { kind: "table", title, header, rows };
  }
  const images = Array.isArray(layout.images) ? layout.images.map(tree) : [];
  const source = images[0]?.source;
  if (data.length === 0 && images.length === 1 && typeof source === "string" && /^(https?:\/\/|data:image\/(png|jpe?g|gif|webp);)/i.test(source)) return { kind: "image", title, source };
  return { kind: "plot", title };
}
