// Short messages at the page's corner: what an action did, or why it did not.
import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  text: string;
  detail: string;
  isError: boolean;
  undo?: () => void;
}

const SHOWN_MAX = 4;
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(list: readonly Toast[]): void {
  toasts = list;
  for (const listener of listeners) listener();
}

export function toast(text: string, options: { isError?: boolean; detail?: string; undo?: () => void } = {}): void {
  const id = next++;
  const { isError = false, detail = "", undo } = options;
  const same = toasts.filter((one) => one.text !== text);
  change([...same.slice(1 - SHOWN_MAX), { id, text, detail, isError, ...(undo ? { undo } : {}) }]);
  setTimeout(() => dismiss(id), isError || undo ? 10_000 : 4_000);
}

export function dismiss(id: number): void {
  change(toasts.filter((one) => one.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
