export function Scalars(_: Record<string, unknown>) { return null; }
