// What a page says of itself: its title, and where it is.
import { useEffect, useSyncExternalStore } from "react";

export interface Crumb {
  label: string;
  href?: string;
}

let crumbs: readonly Crumb[] = [];
const listeners = new Set<() => void>();

/** The way to this page, ending with the page itself, which also names the window. */
export function useCrumbs(way: readonly (Crumb | null | false | undefined)[]): void {
  const key = JSON.stringify(way.filter(Boolean));
  useEffect(() => {
    crumbs = JSON.parse(key) as Crumb[];
    document.title = [...crumbs.map((one) => one.label).reverse().slice(0, 2), "JARVIS"].join(" · ");
    for (const listener of listeners) listener();
  }, [key]);
}

export function useShownCrumbs(): readonly Crumb[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => crumbs,
  );
}
