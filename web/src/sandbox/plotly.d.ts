// The parts of Plotly's sources that the sandbox uses; the package's own types are of its ready-made bundle.
declare module "plotly.js/lib/core" {
  interface Plotly {
    register(traces: readonly unknown[]): void;
    react(element: HTMLElement, data: unknown, layout: unknown, config: unknown): Promise<void>;
    purge(element: HTMLElement): void;
    toImage(element: HTMLElement, options: { format: string; width: number; height: number }): Promise<string>;
    Plots: { resize(element: HTMLElement): void };
  }
  const plotly: Plotly;
  export default plotly;
}
declare module "plotly.js/lib/*" {
  const trace: unknown;
  export default trace;
}
