// What changed between two states of a section of parameters. Pure.

export interface Row {
  name: string;
  value: string;
  type: string;
  description: string;
}

/** Rows to write, and names that are gone. A renamed row is a new one and one that is gone. */
export function sectionChanges(before: readonly Row[], after: readonly Row[]): { set: Row[]; remove: string[] } {
  const old = new Map(before.map((row) => [row.name, row]));
  const names = new Set(after.map((row) => row.name.trim()));
  const set = after
    .map((row) => ({ ...row, name: row.name.trim() }))
    .filter((row) => {
      const was = old.get(row.name);
      return !was || was.value !== row.value || was.type !== row.type || was.description !== row.description;
    });
  return { set, remove: before.map((row) => row.name).filter((name) => !names.has(name)) };
}

/** Why these rows cannot be saved; null when they can. */
export function sectionProblem(rows: readonly Row[]): string | null {
  const seen = new Set<string>();
  for (const { name } of rows) {
    const key = name.trim();
    if (!key) return "Every parameter needs a name.";
    if (seen.has(key)) return `There are two of the name ${key}.`;
    seen.add(key);
  }
  return null;
}
