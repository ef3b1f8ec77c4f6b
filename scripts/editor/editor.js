// The editor of the review desk, built into harness/review/static/editor.js by build.sh.
//
// It lives in a shadow root: there its styles are constructed sheets, which the strict content
// security policy allows, and not <style> elements, which it forbids.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { cpp } from "@codemirror/lang-cpp";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { csharp } from "@codemirror/legacy-modes/mode/clike";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const LANGUAGES = {
  python: () => python(),
  javascript: () => javascript(),
  cpp: () => cpp(),
  csharp: () => StreamLanguage.define(csharp),
  sql: () => sql({ dialect: PostgreSQL }),
  html: () => html(),
};
const colours = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.modifier, t.tagName], color: "var(--kw)" },
  { tag: [t.string, t.special(t.string), t.regexp, t.attributeValue], color: "var(--str)" },
  { tag: [t.number, t.bool, t.null], color: "var(--num)" },
  { tag: [t.function(t.variableName), t.function(t.propertyName), t.definition(t.variableName), t.typeName, t.className, t.attributeName], color: "var(--fn)" },
  { tag: t.comment, color: "var(--com)" },
  { tag: [t.meta, t.processingInstruction], color: "var(--pre)" },
]);
const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--bg)", fontSize: "13px", height: "100%" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--quiet)", border: "0", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
});

/** An editor in ``host``. onChange(text), onRun() for Ctrl+Enter, onEscape(). */
export function createEditor({ host, language, text, label, onChange, onRun, onEscape }) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  const wide = language === "python" || language === "csharp" || language === "cpp";
  const call = (act) => () => { act(); return true; };
  const state = EditorState.create({
    doc: text,
    extensions: [
      keymap.of([
        { key: "Mod-Enter", run: call(onRun) },
        { key: "Escape", run: call(onEscape) },
        ...defaultKeymap, ...historyKeymap,
      ]),
      lineNumbers(), highlightActiveLineGutter(), history(), drawSelection(), indentOnInput(),
      bracketMatching(), highlightActiveLine(), syntaxHighlighting(colours), theme,
      indentUnit.of(wide ? "    " : "  "),
      new Compartment().of(LANGUAGES[language]?.() ?? []),
      EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()); }),
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  return {
    text: () => view.state.doc.toString(),
    set: (to) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: to } }),
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}
