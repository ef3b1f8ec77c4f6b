// The code editor of the review desk: CodeMirror 6 with the six languages, in a shadow root, so
// that its styles are adopted sheets and a policy without unsafe-inline holds.
//
//   const editor = makeEditor(place, { text, language, label, onChange });
//   editor.text; editor.focus(); editor.close();

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { cpp } from "@codemirror/lang-cpp";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { csharp } from "@codemirror/legacy-modes/mode/clike";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const LANGUAGES = { python, javascript, cpp, sql, html, csharp: () => StreamLanguage.define(csharp) };

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.tagName], color: "var(--kw)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--str)" },
  { tag: [tags.number, tags.bool, tags.null, tags.attributeName, tags.standard(tags.name)], color: "var(--num)" },
  { tag: [tags.function(tags.variableName), tags.className, tags.typeName], color: "var(--fn)" },
  { tag: tags.comment, color: "var(--com)" },
  { tag: [tags.meta, tags.processingInstruction], color: "var(--pre)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--bg)", font: "13px/1.5 var(--mono)", height: "100%" },
  ".cm-scroller": { font: "inherit", overflow: "auto" },
  ".cm-gutters": { color: "var(--quiet)", backgroundColor: "var(--panel)", border: "0", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--accent-soft)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--ins)" },
});

// Tab indents; Escape first lets Tab leave, so that the keyboard is never caught.
function tabs() {
  let leave = false;
  return keymap.of([
    { key: "Escape", run: () => { leave = true; return false; } },
    { key: "Tab", run: (view) => (leave ? false : indentMore(view)), shift: (view) => (leave ? false : indentLess(view)) },
    { any: (view, event) => { if (event.key !== "Escape" && event.key !== "Tab" && event.key !== "Shift") leave = false; return false; } },
  ]);
}

export function makeEditor(place, { text = "", language = "", label = "Code", onChange = () => {} } = {}) {
  const root = place.shadowRoot || place.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), indentOnInput(), bracketMatching(), indentUnit.of("    "),
        LANGUAGES[language]?.() || [], syntaxHighlighting(colours), look, tabs(), keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": `${label}. Escape, then Tab leaves.`, spellcheck: "false" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) onChange(update.state.doc.toString()); }),
      ],
    }),
  });
  return {
    get text() { return view.state.doc.toString(); },
    set text(value) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }); },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}
