// The colours of the page: the browser's choice, or the reader's own. Remembered in this browser, so that the first paint
// has it, and with the user's preferences, so that the next browser has it.
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "jarvis.theme";

export function storedTheme(): Theme {
  return THEMES.find((one) => one === localStorage.getItem(KEY)) ?? "system";
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** What a token stands for in this element's theme, as a colour that a canvas takes. */
export function colourOf(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
