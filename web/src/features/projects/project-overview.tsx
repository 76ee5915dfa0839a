export function ProjectOverview(_: Record<string, unknown>) { return null; }
