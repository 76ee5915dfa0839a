// The live parts of a report: frames in its text whose address says what they show, in the grammar of the stock pages. Pure.

export interface Widget {
  kind: "scalar" | "plot" | "sample" | "single";
  objects: readonly string[];
  isModel: boolean;
  metrics: readonly string[];
  variants: readonly string[];
  x: "iter" | "relative" | "time";
}

export type Part = { kind: "text"; text: string } | { kind: "widget"; widget: Widget };

const FRAME = /<iframe\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>(?:\s*<\/iframe\s*>)?/gi;
const KINDS = ["scalar", "plot", "sample", "single"] as const;

function list(params: URLSearchParams, name: string): string[] {
  return params.getAll(name).flatMap((value) => value.split(",")).map((value) => value.trim()).filter(Boolean);
}

/** What a frame's address means; null for one that is no widget. Its host is of no interest: nothing is fetched from it. */
export function parseWidget(src: string): Widget | null {
  const query = /\/widgets\/?\?(.*)$/s.exec(src.replaceAll("&amp;", "&"))?.[1];
  if (query === undefined) return null;
  const params = new URLSearchParams(query);
  const kind = KINDS.find((one) => one === params.get("type"));
  const objects = [...list(params, "objects"), ...list(params, "tasks"), ...list(params, "models")];
  if (!kind || objects.length === 0) return null;
  const x = params.get("xaxis");
  return { kind, objects, isModel: params.get("objectType") === "model" || params.has("models"), metrics: list(params, "metrics"), variants: list(params, "variants"), x: x === "timestamp" ? "relative" : x === "iso_time" ? "time" : "iter" };
}

/** The text of a report as what is read and what is live. Frames that are no widgets stay in the text, where they are taken out. */
export function partsOf(text: string): Part[] {
  const out: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(FRAME)) {
    const widget = parseWidget(match[1] ?? match[2] ?? "");
    if (!widget) continue;
    if (match.index > from) out.push({ kind: "text", text: text.slice(from, match.index) });
    out.push({ kind: "widget", widget });
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ kind: "text", text: text.slice(from) });
  return out.filter((part) => part.kind === "widget" || part.text.trim() !== "");
}

/** The text that stands for a widget. */
export function writeWidget({ kind, objects, isModel, metrics, variants }: Pick<Widget, "kind" | "objects" | "isModel" | "metrics" | "variants">): string {
  const params = new URLSearchParams([["objectType", isModel ? "model" : "task"], ["xaxis", "iter"], ["type", kind], ...objects.map((id) => ["objects", id]), ...metrics.map((name) => ["metrics", name]), ...variants.map((name) => ["variants", name])]);
  return `<iframe src="/widgets/?${params.toString()}" width="100%" height="400"></iframe>`;
}
