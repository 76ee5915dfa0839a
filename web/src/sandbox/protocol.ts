// What the page and its sandbox tell each other. The sandbox draws plots, which are somebody else's data: it is an origin of its
// own, and neither side trusts the other with more than this.

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlotOrder {
  id: string;
  rect: Rect;
  /** Plotly's JSON; left out while it is the same as before. */
  json?: string;
}

export type ToSandbox =
  | { kind: "theme"; colours: Record<string, string>; isDark: boolean }
  | { kind: "plots"; plots: PlotOrder[] }
  | { kind: "save"; id: string; as: "png" | "svg" };

export type FromSandbox =
  | { kind: "ready" }
  | { kind: "drawn"; id: string; ms: number }
  | { kind: "failed"; id: string; message: string }
  | { kind: "saved"; id: string; dataUrl: string; as: "png" | "svg" }
  | { kind: "key"; key: string; code: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean };
