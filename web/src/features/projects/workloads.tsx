export function Workloads(_: Record<string, unknown>) { return null; }
