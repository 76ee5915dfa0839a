export function Samples(_: Record<string, unknown>) { return null; }
