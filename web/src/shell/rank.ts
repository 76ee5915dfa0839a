// Which of these names is meant by what was typed: letters in order, better at the starts of words. Pure.

/** 0: no match. */
function score(name: string, typed: string): number {
  const text = name.toLowerCase();
  const wanted = typed.toLowerCase().replace(/\s+/g, " ").trim();
  if (!wanted) return 1;
  const at = text.indexOf(wanted);
  if (at === 0) return 1000;
  if (at > 0) return /[\s/_.-]/.test(text[at - 1] ?? "") ? 800 : 500;
  let place = 0;
  let points = 100;
  for (const letter of wanted.replaceAll(" ", "")) {
    const found = text.indexOf(letter, place);
    if (found < 0) return 0;
    if (found === place) points += 5;
    else if (/[\s/_.-]/.test(text[found - 1] ?? " ")) points += 3;
    else points -= Math.min(8, found - place);
    place = found + 1;
  }
  return Math.max(1, points);
}

/** Those that match, the best first; equals stay in their order. */
export function rank<T>(items: readonly T[], typed: string, name: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, points: score(name(item), typed) }))
    .filter((one) => one.points > 0)
    .sort((a, b) => b.points - a.points)
    .map((one) => one.item);
}
