export function Plots(_: Record<string, unknown>) { return null; }
