// The colours of the page: the browser's choice, or the reader's own. Remembered in this browser, so that the first paint
// has it (public/theme.js), and with the user's preferences, so that the next browser has it.
import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ["compact", "normal", "cosy"] as const;
export type Density = (typeof DENSITIES)[number];
export const ROW_HEIGHT: Record<Density, number> = { compact: 24, normal: 28, cosy: 36 };

const THEME_KEY = "jarvis.theme";
const DENSITY_KEY = "jarvis.density";
const listeners = new Set<() => void>();
const dark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

function tell(): void {
  for (const listener of listeners) listener();
}
dark?.addEventListener("change", tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function storedTheme(): Theme {
  return THEMES.find((one) => one === localStorage.getItem(THEME_KEY)) ?? "system";
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(THEME_KEY, theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  tell();
}

export function storedDensity(): Density {
  return DENSITIES.find((one) => one === localStorage.getItem(DENSITY_KEY)) ?? "normal";
}

export function applyDensity(density: Density): void {
  localStorage.setItem(DENSITY_KEY, density);
  if (density === "normal") delete document.documentElement.dataset.density;
  else document.documentElement.dataset.density = density;
  tell();
}

function shown(): "light" | "dark" {
  const theme = storedTheme();
  if (theme !== "system") return theme;
  return dark?.matches ? "dark" : "light";
}

/** What is on the screen: "light" or "dark". */
export function useShownTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, shown);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, storedTheme);
}

export function useDensity(): Density {
  return useSyncExternalStore(subscribe, storedDensity);
}

/** What these tokens stand for in the theme on the screen, as colours that a canvas takes. */
export function coloursOf(element: Element, tokens: readonly string[]): string[] {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const colours = tokens.map((token) => {
    probe.style.color = `var(${token})`;
    return style.color;
  });
  probe.remove();
  return colours;
}
