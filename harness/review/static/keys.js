// Keys: one listener, one table from key to action. Plain keys never act while one types.

import { all, byId, make, typing } from "./dom.js";

const GROUPS = [
  ["Judge", ["preference_1", "preference_2", "preference_3", "preference_4", "preference_5", "preference_6", "preference_7", "tie", "both_bad", "judge"]],
  ["Read", ["focus_a", "focus_b", "focus_c", "focus_d", "next", "previous", "diff", "scroll_together", "prompt", "guidelines"]],
  ["Flags and marks", ["show_flags", "accept_flag", "reject_flag", "mark"]],
  ["Run", ["run", "edit"]],
  ["Item", ["save", "submit", "undo", "skip", "expert", "pause", "sheet"]],
];
const SHOWN = { "Ctrl+Enter": "Ctrl ⏎" };

/** The key of an event as it is written in the settings: t, T, Ctrl+S, Ctrl+Enter. */
export function keyOf(event) {
  const named = event.key === "Enter";
  if (!named && event.key.length !== 1) return "";
  const ctrl = event.ctrlKey || event.metaKey;
  if (!ctrl) return named ? "" : event.key;
  const name = named ? "Enter" : event.key.toUpperCase();
  return ["Ctrl", ...(event.shiftKey ? ["Shift"] : []), name].join("+");
}

export class Keys {
  #actions = new Map();
  #byKey = new Map();
  #control = new AbortController();

  constructor(bindings, titles) {
    this.bindings = bindings;
    this.titles = titles;
    for (const [action, key] of Object.entries(bindings)) {
      if (!action.startsWith("severity.") && !action.startsWith("category.")) this.#byKey.set(key, action);
    }
    addEventListener("keydown", (event) => this.#pressed(event), { signal: this.#control.signal });
    byId("help").addEventListener("click", () => this.sheet());
    byId("sheet-close").addEventListener("click", () => byId("sheet").close());
    byId("help").title = `Keys (${bindings.sheet})`;
  }

  close() {
    this.#control.abort();
  }

  /** An action returns false where it cannot act here, so that the key keeps its own meaning. */
  on(action, act) {
    this.#actions.set(action, act);
  }

  can(action) {
    return this.#actions.has(action);
  }

  /** What a digit does on a focused scale, before it is a preference. */
  onDigit(act) {
    this.digit = act;
  }

  key(action) {
    const key = this.bindings[action];
    return SHOWN[key] || key?.replace("Ctrl+", "Ctrl ") || "";
  }

  sheet() {
    const body = byId("sheet-body");
    const rest = Object.keys(this.bindings).filter((name) => /^(axis|reason|acceptable|justification)/.test(name));
    body.replaceChildren();
    for (const [title, names] of [...GROUPS, ["Form", rest]]) {
      const lines = names.filter((name) => this.bindings[name] && this.can(name));
      if (!lines.length) continue;
      body.append(group(title, lines.map((name) => [this.key(name), this.titles[name] || name])));
    }
    const fixed = [["Arrows", "move within a response"], ["Shift + ↑ ↓", "mark more lines"], ["0 … 9", "rate the axis that has the focus"], ["Esc", "back from a field to the keys"]];
    body.append(group("Always", fixed));
    byId("sheet").showModal();
  }

  #pressed(event) {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    // Inside a shadow root (the code editor) the event's own target is its host.
    const inField = typing(event.composedPath()[0]);
    // Out of a field, and out of the scales, where digits rate.
    const inForm = inField || event.target.closest?.("#judge");
    if (event.key === "Escape" && inForm && !event.target.closest("dialog")) {
      event.target.blur();
      document.querySelector("#main").focus({ preventScroll: true });
      return;
    }
    const open = document.querySelector("dialog[open]");
    const key = keyOf(event);
    const modified = key.startsWith("Ctrl+");
    if (open && !(open.id === "sheet" && key === this.bindings.sheet)) return;
    if (open) { open.close(); event.preventDefault(); return; }
    if (inField && !modified) return;
    if (!modified && /^[0-9]$/.test(key) && this.digit?.(event.target, Number(key))) {
      event.preventDefault();
      return;
    }
    const action = this.#byKey.get(key);
    const act = action && this.#actions.get(action);
    if (!act) return;
    if (act() !== false) event.preventDefault();
  }
}

/** A part of the sheet that stays together. */
function group(title, lines) {
  return make("section", {}, make("h3", { text: title }), ...lines.map(([key, text]) => make("p", {}, make("span", { text }), make("kbd", { text: key }))));
}
