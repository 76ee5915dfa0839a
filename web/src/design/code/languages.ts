// The languages that texts of tasks are written in.
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { StreamLanguage } from "@codemirror/language";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import type { Extension } from "@codemirror/state";

export type Language = "text" | "python" | "json" | "yaml" | "markdown" | "diff" | "shell" | "properties";

export function languageOf(language: Language): Extension {
  switch (language) {
    case "python":
      return python();
    case "json":
      return json();
    case "yaml":
      return yaml();
    case "markdown":
      return markdown();
    case "diff":
      return StreamLanguage.define(diff);
    case "shell":
      return StreamLanguage.define(shell);
    case "properties":
      return StreamLanguage.define(properties);
    case "text":
      return [];
  }
}
