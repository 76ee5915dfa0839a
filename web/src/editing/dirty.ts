// What on this page was changed and not saved, so that nobody leaves it by accident.
import { useEffect, useSyncExternalStore } from "react";

let dirty: readonly { key: symbol; label: string }[] = [];
const listeners = new Set<() => void>();

function change(list: typeof dirty): void {
  dirty = list;
  for (const listener of listeners) listener();
}

/** Says that this part holds something unsaved. */
export function useDirty(label: string, isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const key = Symbol(label);
    change([...dirty, { key, label }]);
    return () => change(dirty.filter((one) => one.key !== key));
  }, [label, isDirty]);
}

export function unsaved(): string[] {
  return dirty.map((one) => one.label);
}

export function useUnsaved(): readonly { label: string }[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => dirty);
}
