// Short messages at the page's corner: what an action did, or why it did not.
import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
}

let toasts: Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(list: Toast[]): void {
  toasts = list;
  for (const listener of listeners) listener();
}

export function toast(text: string, isError = false): void {
  const id = next++;
  change([...toasts.slice(-3), { id, text, isError }]);
  setTimeout(() => change(toasts.filter((one) => one.id !== id)), isError ? 10_000 : 4_000);
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
