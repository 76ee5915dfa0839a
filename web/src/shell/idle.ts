// What may wait until the page has nothing better to do.

export function whenIdle(run: () => void): void {
  // Safari has no such callback.
  if (typeof requestIdleCallback === "function") requestIdleCallback(() => run(), { timeout: 3_000 });
  else setTimeout(run, 300);
}
