// Values as people read them. Pure.

/** "3 min ago", "2 d ago"; "just now" below ten seconds. */
export function ago(iso: string | null | undefined, now: number = Date.now()): string {
  if (!iso) return "";
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return "";
  if (seconds < 10) return "just now";
  return `${span(seconds)} ago`;
}

/** "45 s", "12 min", "3 h", "5 d": the largest unit that is not zero. */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 86_400 * 60) return `${Math.floor(seconds / 86_400)} d`;
  if (seconds < 86_400 * 730) return `${Math.floor(seconds / (86_400 * 30))} months`;
  return `${Math.floor(seconds / (86_400 * 365))} y`;
}

/** "1:02:03", "2:05", "0:07": what a stopwatch shows; days before it. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return "";
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [days, hours, minutes, rest] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}:${two(rest)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Six significant digits (or as many as asked), exponents only where they help. The wire sends NaN and infinities as words. */
export function number(value: number | string | null | undefined, digits = 6): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(Math.min(3, digits - 1)).replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

/** "12,345". */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : value.toLocaleString("en-US");
}

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return "";
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let rest = size;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? rest : rest.toFixed(1)} ${units[unit] ?? ""}`;
}

/** The date and time in the reader's own zone: "2026-03-01 14:05:09". */
export function moment(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "3 tasks", "1 task". */
export function plural(many: number, one: string, several = `${one}s`): string {
  return `${count(many)} ${many === 1 ? one : several}`;
}

/** "a", "a and b", "a, b and 3 more". */
export function listed(names: readonly string[], shown = 3): string {
  if (names.length <= 1) return names[0] ?? "";
  if (names.length <= shown) return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
  return `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}

/** Text that means itself in a regular expression. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The last part of a path of projects, and what is before it. */
export function splitPath(name: string): { parent: string; base: string } {
  const slash = name.lastIndexOf("/");
  return slash < 0 ? { parent: "", base: name } : { parent: name.slice(0, slash), base: name.slice(slash + 1) };
}

export function asList(value: string | string[] | null | undefined): string {
  return Array.isArray(value) ? value.join("\n") : (value ?? "");
}

/** What percent signs stand for; a text in which they stand for nothing is itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
