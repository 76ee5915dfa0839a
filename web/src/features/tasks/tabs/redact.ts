// Values of environment variables whose names say that they are secrets. Pure.
const NAME = String.raw`[\w.]*(?:pass|pwd|secret|token|key|credential|auth)[\w.]*=`;
const QUOTED = new RegExp(String.raw`((?:^|\s)(?:-e|--env)[=\s]+)(["'])(${NAME})((?:(?!\2).)*)\2`, "gi");
const PLAIN = new RegExp(String.raw`((?:^|\s)(?:-e|--env)[=\s]+${NAME})("[^"]*"|'[^']*'|[^\s"']+)`, "gi");

export function redacted(args: string): string {
  return args.replace(QUOTED, (_, before: string, quote: string, name: string) => `${before}${quote}${name}••••••${quote}`).replace(PLAIN, (_, before: string) => `${before}••••••`);
}
