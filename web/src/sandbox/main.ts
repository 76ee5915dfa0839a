// The sandbox's own script: draws the plots that the page orders, those in view first, the others when they come into it.
import { dressed } from "./dress";
import type { FromSandbox, PlotOrder, Rect, ToSandbox } from "./protocol";
import { partsFor, typesOf, type Part } from "./traces";
import "./sandbox.css";

interface Drawing {
  element: HTMLDivElement;
  rect: Rect;
  json: string;
  state: "waiting" | "drawing" | "drawn" | "failed";
  isSeen: boolean;
  isStale: boolean;
}

const KEPT_MAX = 30;
const drawings = new Map<string, Drawing>();
const loaded = new Set<Part>();
let colours: Record<string, string> = {};
let plotlyPromise: Promise<typeof import("plotly.js/lib/core")> | undefined;
let order = 0;
const drawnAt = new Map<string, number>();

function tell(message: FromSandbox): void {
  // The page's origin is not known here, and what is told is no secret.
  parent.postMessage(message, "*");
}

async function plotlyWith(parts: readonly Part[]) {
  plotlyPromise ??= import("plotly.js/lib/core");
  const { default: plotly } = await plotlyPromise;
  for (const part of parts) {
    if (loaded.has(part)) continue;
    const { traces } = part === "plain" ? await import("./plotly-plain") : part === "polar" ? await import("./plotly-polar") : await import("./plotly-gl");
    plotly.register(traces);
    loaded.add(part);
  }
  return plotly;
}

function say(drawing: Drawing, text: string): void {
  drawing.element.textContent = text;
  drawing.element.className = "plot said";
}

async function draw(id: string, drawing: Drawing): Promise<void> {
  drawing.state = "drawing";
  drawing.isStale = false;
  const begun = performance.now();
  try {
    const plot = JSON.parse(drawing.json) as { data?: unknown; layout?: unknown };
    const { parts, unknown } = partsFor(typesOf(plot.data));
    if (unknown.length > 0) {
      say(drawing, `Plots of the type ${unknown.join(", ")} are not drawn here.`);
      drawing.state = "drawn";
      tell({ kind: "drawn", id, ms: 0 });
      return;
    }
    const plotly = await plotlyWith(parts);
    if (drawings.get(id) !== drawing) return;
    if (drawing.element.className !== "plot") {
      drawing.element.textContent = "";
      drawing.element.className = "plot";
    }
    await plotly.react(drawing.element, plot.data ?? [], dressed(plot.layout, drawing.rect, colours), { displaylogo: false, responsive: false, scrollZoom: false, modeBarButtonsToRemove: ["sendDataToCloud", "lasso2d", "select2d"], showTips: false, plotlyServerURL: "" });
    drawing.state = "drawn";
    drawnAt.set(id, (order += 1));
    tell({ kind: "drawn", id, ms: performance.now() - begun });
    forgetSome();
  } catch (problem) {
    drawing.state = "failed";
    say(drawing, "This plot cannot be drawn.");
    tell({ kind: "failed", id, message: problem instanceof Error ? problem.message : String(problem) });
  }
  if (drawing.isStale) void draw(id, drawing);
}

/** Plots that were drawn long ago and are out of sight give back what they hold. */
function forgetSome(): void {
  const old = [...drawnAt].filter(([id]) => !drawings.get(id)?.isSeen).sort((a, b) => a[1] - b[1]);
  for (const [id] of old.slice(0, Math.max(0, drawnAt.size - KEPT_MAX))) {
    const drawing = drawings.get(id);
    drawnAt.delete(id);
    if (!drawing || drawing.state !== "drawn") continue;
    void plotlyWith([]).then((plotly) => plotly.purge(drawing.element));
    drawing.state = "waiting";
  }
}

function drawIfSeen(id: string, drawing: Drawing): void {
  if (!drawing.isSeen) return;
  if (drawing.state === "waiting") void draw(id, drawing);
  else if (drawing.isStale && drawing.state !== "drawing") void draw(id, drawing);
}

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const id = (entry.target as HTMLElement).dataset.id ?? "";
    const drawing = drawings.get(id);
    if (!drawing) continue;
    drawing.isSeen = entry.isIntersecting;
    drawIfSeen(id, drawing);
  }
});

function place(drawing: Drawing): void {
  const { x, y, width, height } = drawing.rect;
  drawing.element.style.cssText = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
}

function take(plots: readonly PlotOrder[]): void {
  const wanted = new Set(plots.map((plot) => plot.id));
  for (const [id, drawing] of drawings) {
    if (wanted.has(id)) continue;
    observer.unobserve(drawing.element);
    if (drawing.state === "drawn") void plotlyWith([]).then((plotly) => plotly.purge(drawing.element));
    drawing.element.remove();
    drawings.delete(id);
    drawnAt.delete(id);
  }
  for (const { id, rect, json } of plots) {
    const known = drawings.get(id);
    if (known) {
      const isResized = known.rect.width !== rect.width || known.rect.height !== rect.height;
      known.rect = rect;
      place(known);
      if (json !== undefined && json !== known.json) known.json = json;
      else if (!isResized) continue;
      known.isStale = true;
      if (known.state === "failed") known.state = "waiting";
      drawIfSeen(id, known);
    } else if (json !== undefined) {
      const element = document.createElement("div");
      element.className = "plot";
      element.dataset.id = id;
      const drawing: Drawing = { element, rect, json, state: "waiting", isSeen: false, isStale: false };
      drawings.set(id, drawing);
      place(drawing);
      document.body.append(element);
      observer.observe(element);
    }
  }
}

async function save(id: string, as: "png" | "svg"): Promise<void> {
  const drawing = drawings.get(id);
  if (!drawing || drawing.state !== "drawn") return;
  const plotly = await plotlyWith([]);
  const dataUrl = await plotly.toImage(drawing.element, { format: as, width: Math.max(900, drawing.rect.width), height: Math.max(600, drawing.rect.height) });
  tell({ kind: "saved", id, dataUrl, as });
}

addEventListener("message", (event: MessageEvent<ToSandbox>) => {
  if (event.source !== parent) return;
  const message = event.data;
  switch (message.kind) {
    case "theme":
      colours = message.colours;
      document.documentElement.style.colorScheme = message.isDark ? "dark" : "light";
      for (const [name, value] of Object.entries(colours)) document.documentElement.style.setProperty(name, value);
      for (const [id, drawing] of drawings) {
        drawing.isStale = true;
        drawIfSeen(id, drawing);
      }
      break;
    case "plots":
      take(message.plots);
      break;
    case "save":
      void save(message.id, message.as);
      break;
  }
});

// Keys of the page go on working while the focus is on a plot.
addEventListener("keydown", (event) => {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  tell({ kind: "key", key, code, ctrlKey, metaKey, altKey, shiftKey });
});

tell({ kind: "ready" });
