// A command line's arguments as parameters: "--lr=0.1 --name 'two words' --fast". Pure.

function words(text: string): string[] {
  const out: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|[^\s"']+)+/g)) {
    out.push(match[0].replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) => (double === undefined ? (single ?? "") : double.replace(/\\(.)/g, "$1"))));
  }
  return out;
}

export function parseArguments(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  const list = words(text);
  for (let i = 0; i < list.length; i += 1) {
    const word = list[i] ?? "";
    const flag = /^--?([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(word);
    if (!flag?.[1]) continue;
    const next = list[i + 1];
    const takesNext = flag[2] === undefined && next !== undefined && (!next.startsWith("-") || /^-[\d.]/.test(next));
    out[flag[1].replaceAll("-", "_")] = flag[2] ?? (takesNext ? next : "True");
    if (takesNext) i += 1;
  }
  return out;
}
