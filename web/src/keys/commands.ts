// What can be done on the page as it stands: by key, from the palette, and listed on the `?` sheet. Parts of the page
// bring their commands while they are there; of two that want the same key, the one that came last gets it.
import { useEffect, useRef, type ReactNode } from "react";
import { comboOf, isSingleKey } from "./combo";

export interface Command {
  /** Names it for good: readers' own keys are kept under it. */
  id: string;
  label: string;
  group: string;
  keys?: string;
  icon?: ReactNode;
  /** Works while one types, too. */
  inFields?: boolean;
  /** Stays out of the palette: meaningless without the keyboard. */
  isKeyOnly?: boolean;
  run: () => void;
}

export interface KeySettings {
  singleKeys: boolean;
  own: Readonly<Record<string, string>>;
}

const SEQUENCE_MS = 1_200;
let scopes: readonly (readonly Command[])[] = [];
let settings: KeySettings = { singleKeys: true, own: {} };
let pending = "";
let pendingSince = 0;

function forget(): void {
  flat = undefined;
}

export function setKeySettings(next: KeySettings): void {
  settings = next;
  forget();
}

export function keysOf(command: Pick<Command, "id" | "keys">): string | undefined {
  const keys = settings.own[command.id] ?? command.keys;
  if (!keys || (!settings.singleKeys && isSingleKey(keys))) return undefined;
  return keys;
}

let flat: readonly Command[] | undefined;
/** All commands of the page, the latest scope first; a command that two scopes bring is the later one's. */
export function currentCommands(): readonly Command[] {
  flat ??= [...new Map([...scopes].reverse().flat().map((one) => [one.id, one] as const).reverse()).values()];
  return flat;
}

/** Brings commands while the component is there. Their `run` may change from render to render. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  const shape = JSON.stringify(commands.map(({ id, label, group, keys }) => [id, label, group, keys]));
  useEffect(() => {
    const scope = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find((one) => one.id === command.id)?.run(),
    }));
    scopes = [...scopes, scope];
    forget();
    return () => {
      scopes = scopes.filter((one) => one !== scope);
      forget();
    };
  }, [shape]);
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range", "file"].includes(target.type);
}

/** Keys that mean something to the element that has the focus are its own. */
function isOwnKey(target: EventTarget | null, combo: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const presses = target.closest("button, a[href], summary, [role=menuitem], [role=tab], input");
  return presses !== null && (combo === "Enter" || combo === "Space");
}

/** Runs the command of this key, if there is one. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
  const target = event.composedPath()[0] ?? null;
  const combo = comboOf(event);
  if (isOwnKey(target, combo)) return;
  const commands = currentCommands().filter((one) => one.inFields || !isField(target));
  const now = event.timeStamp;
  const sequence = pending && now - pendingSince < SEQUENCE_MS ? `${pending} ${combo}` : combo;
  const found = commands.find((one) => keysOf(one) === sequence) ?? (sequence === combo ? undefined : commands.find((one) => keysOf(one) === combo));
  if (found) {
    pending = "";
    event.preventDefault();
    found.run();
    return;
  }
  const isBegun = commands.some((one) => keysOf(one)?.startsWith(`${combo} `));
  pending = isBegun ? combo : "";
  pendingSince = now;
}

export function useKeyListener(): void {
  useEffect(() => {
    window.addEventListener("keydown", handleKey);
    return () => window.removeEventListener("keydown", handleKey);
  }, []);
}
