// A key as it is written: "mod+k", "?", "shift+ArrowDown", and two after each other: "g p". Pure.

/** How this key event is written. "mod" is Ctrl, or Command on a Mac. */
export function comboOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "code">): string {
  const isLetter = event.key.length === 1;
  // With Alt a Mac's key gives another letter: the key itself is meant.
  const key = event.altKey && isLetter && /^(Key|Digit)/.test(event.code) ? event.code.replace(/^(Key|Digit)/, "").toLowerCase() : event.key === " " ? "Space" : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  // A letter's own shift is in the letter: "N", "?".
  if (event.shiftKey && (!isLetter || event.key === " " || parts.length > 0)) parts.push("shift");
  parts.push(parts.length > 0 && isLetter ? key.toLowerCase() : key);
  return parts.join("+");
}

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
const NAMES: Record<string, string> = {
  mod: isMac ? "⌘" : "Ctrl", alt: isMac ? "⌥" : "Alt", shift: "⇧", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→",
  Enter: "↵", Escape: "Esc", Space: "Space", Backspace: "⌫", Delete: "Del",
};

/** For people: "Ctrl K", "g p". */
export function shownKeys(combo: string): string {
  return combo
    .split(" ")
    .flatMap((step) => step.split("+").filter(Boolean))
    .map((part) => NAMES[part] ?? (part.length === 1 && combo.includes("+") ? part.toUpperCase() : part))
    .join(" ");
}

/** Whether one key alone does it, which speech input and slips of the hand may press (WCAG 2.1.4). */
export function isSingleKey(combo: string): boolean {
  return combo.split(" ").every((step) => !step.includes("+") && step.length === 1);
}
