// A text with line numbers, search and colours, of any length; its own shadow root keeps its styles inside the page's policy
// (they are made at run time, as constructed style sheets).
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder as placeholderText } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { useShownTheme } from "../theme";
import css from "./code.module.css";
import { languageOf, type Language } from "./languages";

const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.inserted], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: "var(--code-comment)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.className, tags.typeName, tags.heading], color: "var(--code-name)", fontWeight: "500" },
  { tag: [tags.propertyName, tags.attributeName, tags.labelName, tags.definition(tags.propertyName)], color: "var(--code-property)" },
  { tag: [tags.deleted, tags.invalid], color: "var(--bad)" },
  { tag: [tags.link, tags.url], color: "var(--accent-text)" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "12px", color: "var(--text)", backgroundColor: "var(--bg-sunken)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--bg-sunken)", color: "var(--text-3)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "light-dark(#c9d1ff, #3a4486) !important" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-panels": { backgroundColor: "var(--bg-side)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panels input, .cm-panels button": { font: "inherit", color: "inherit", background: "var(--bg-field)", border: "1px solid var(--line-strong)", borderRadius: "5px", backgroundImage: "none" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-soft)" },
  ".cm-placeholder": { color: "var(--text-3)" },
});

interface CodeEditorProps {
  label: string;
  value: string;
  onChange?: (value: string) => void;
  language?: Language;
  placeholder?: string;
  /** Grows with its text between these heights. */
  minHeight?: number;
  maxHeight?: number;
  wraps?: boolean;
  autoFocus?: boolean;
  onSave?: () => void;
  /** Files that are pasted or dropped: what the text says for them, where they were put; null for nothing. */
  onFiles?: (files: readonly File[]) => Promise<string | null>;
}

export function CodeEditor({ label, value, onChange, language = "text", placeholder, minHeight = 60, maxHeight = 480, wraps = false, autoFocus = false, onSave, onFiles }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const change = useRef({ onChange, onSave, onFiles });
  const readOnly = useRef(new Compartment());
  const dark = useShownTheme() === "dark";
  useEffect(() => {
    change.current = { onChange, onSave, onFiles };
  });
  const isReadOnly = onChange === undefined;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const mount = document.createElement("div");
    mount.style.height = "100%";
    root.replaceChildren(mount);
    const keys: Extension = keymap.of([
      { key: "Mod-s", run: () => { change.current.onSave?.(); return true; } },
      { key: "Mod-Enter", run: () => { change.current.onSave?.(); return true; } },
      ...defaultKeymap, ...historyKeymap, ...searchKeymap,
      // Tab leaves the field, unless it is an editor in which one writes code: there Escape and Tab leave.
      ...(isReadOnly ? [] : [indentWithTab]),
    ]);
    const takeFiles = (editor: EditorView, data: DataTransfer | null, at: number): boolean => {
      const files = [...(data?.files ?? [])];
      if (files.length === 0 || !change.current.onFiles) return false;
      void change.current.onFiles(files).then((text) => {
        // The text may have become shorter meanwhile.
        if (text && view.current === editor) editor.dispatch({ changes: { from: Math.min(at, editor.state.doc.length), insert: text } });
      });
      return true;
    };
    const editor = new EditorView({
      parent: mount,
      root,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(), history(), drawSelection(), bracketMatching(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), indentUnit.of("    "),
          search({ top: true }), keys, LOOK, syntaxHighlighting(HIGHLIGHT), EditorView.darkTheme.of(dark),
          EditorView.contentAttributes.of({ "aria-label": label, ...(isReadOnly ? { "aria-readonly": "true" } : {}), spellcheck: "false" }),
          readOnly.current.of([EditorState.readOnly.of(isReadOnly), EditorView.editable.of(true)]),
          ...(wraps ? [EditorView.lineWrapping] : []),
          ...(placeholder ? [placeholderText(placeholder)] : []),
          languageOf(language),
          EditorView.domEventHandlers({
            paste: (event, editor) => takeFiles(editor, event.clipboardData, editor.state.selection.main.to),
            drop: (event, editor) => takeFiles(editor, event.dataTransfer, editor.posAtCoords({ x: event.clientX, y: event.clientY }) ?? editor.state.selection.main.to),
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (autoFocus) editor.focus();
    return () => {
      editor.destroy();
      view.current = null;
    };
    // The text that the editor begins with; later ones are laid in below.
  }, [label, language, isReadOnly, wraps, dark]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  const lines = Math.min(60, value.split("\n", 61).length);
  return <div ref={host} className={css.host} data-code-editor style={{ height: Math.max(minHeight, Math.min(maxHeight, lines * 19.2 + 12)) }} />;
}
