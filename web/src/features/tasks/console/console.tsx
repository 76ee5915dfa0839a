export function Console(_: Record<string, unknown>) { return null; }
