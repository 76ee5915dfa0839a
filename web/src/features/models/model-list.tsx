export function ModelList(_: Record<string, unknown>) { return null; }
