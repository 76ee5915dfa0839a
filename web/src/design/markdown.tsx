// Markdown that people wrote, as what it means. Whatever could run, load from elsewhere by itself or leave its place is taken out.
import DOMPurify from "dompurify";
import { Marked } from "marked";
import { useMemo } from "react";
import css from "./markdown.module.css";

const marked = new Marked({ gfm: true, breaks: false, async: false });

const purify = DOMPurify(window);
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  // A link that somebody wrote opens outside of this page and learns nothing of it.
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer");
});

/** Safe HTML. */
export function htmlOf(text: string): string {
  return purify.sanitize(marked.parse(text) as string, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "iframe", "object", "embed", "dialog"],
    FORBID_ATTR: ["style", "id", "name", "class"],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|\/(?!\/))/i,
  });
}

export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => htmlOf(text), [text]);
  return <div className={css.markdown} dangerouslySetInnerHTML={{ __html: html }} />;
}
