// What a text of unknown kind looks like. Pure.
import type { Language } from "./languages";

export function guessLanguage(name: string, text: string): Language {
  const start = text.trimStart();
  if (/\.json$/i.test(name) || ((start.startsWith("{") || start.startsWith("[")) && isJson(text))) return "json";
  if (/\.ya?ml$/i.test(name) || /^[\w.-]+:(\s|$)/m.test(start.slice(0, 400))) return "yaml";
  if (/\.py$/i.test(name) || /^(import|from|def|class)\s/m.test(start.slice(0, 2000))) return "python";
  if (/^diff --git |^--- .*\n\+\+\+ /m.test(start.slice(0, 2000))) return "diff";
  return "text";
}

function isJson(text: string): boolean {
  if (text.length > 500_000) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
