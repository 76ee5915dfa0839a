/** Whether two values of JSON are the same. Pure. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a).filter(([, value]) => value !== undefined), Object.entries(b).filter(([, value]) => value !== undefined)];
  return left.length === right.length && left.every(([key, value]) => equal(value, (b as Record<string, unknown>)[key]));
}
