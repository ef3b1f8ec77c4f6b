// Runs with one's own input, and edit-and-re-run: under the response, never in a dialog. What was
// typed is kept in this browser, what was run by the server, so leaving the page loses neither.

import { make, say } from "./dom.js";
import { Offline, get, parsed, post, remove } from "./net.js";

const KEPT_MS = 7 * 24 * 3600 * 1000;
const SHOWN = 5;

export class Runs {
  #setup = null;
  #panels = new Map();

  constructor({ base, user, letters, panes, keys }) {
    this.base = base;
    this.offered = Boolean(base);
    if (!this.offered) return;
    this.letters = letters;
    this.panes = panes;
    this.memory = new Memory(`desk-runs:${user}:${base}`);
    for (const letter of letters) {
      const place = document.querySelector(`[data-runs="${CSS.escape(letter)}"]`);
      if (place) this.#panels.set(letter, new Panel(this, letter, place, keys));
    }
    // Runs of an earlier visit; without any there is nothing to ask for.
    if (this.memory.get("ran")) this.setup().catch(() => {});
  }

  /** Open a panel: "input" or "edit". */
  open(kind, letter) {
    const panel = this.#panels.get(letter);
    if (!panel) return false;
    if (["tests", "page"].includes(this.panes.response(letter).dataset.view)) this.panes.show(letter, "code");
    panel.open(kind);
    return true;
  }

  close() {
    for (const panel of this.#panels.values()) panel.dispose();
  }

  /** What can be run here and what was, asked for once. */
  setup() {
    this.#setup ||= get(`${this.base}/runs`).then((found) => {
      for (const run of found.runs) this.#panels.get(run.letter)?.restore(run);
      for (const one of found.corrections) this.#panels.get(one.letter)?.handedIn(one);
      return found;
    }).catch((error) => { this.#setup = null; throw error; });
    return this.#setup;
  }
}

/** What was typed for one item. */
class Memory {
  #at;

  constructor(key) {
    this.#at = key;
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith("desk-runs:") && Date.now() - (JSON.parse(localStorage[name]).at || 0) > KEPT_MS) localStorage.removeItem(name);
      }
    } catch { /* only comfort */ }
  }

  #all() {
    try { return JSON.parse(localStorage.getItem(this.#at)) || {}; } catch { return {}; }
  }

  get(name) {
    return this.#all()[name];
  }

  set(name, value) {
    try { localStorage.setItem(this.#at, JSON.stringify({ ...this.#all(), [name]: value, at: Date.now() })); } catch { /* full */ }
  }
}

/** Everything about runs under one response. */
class Panel {
  #forms = {};
  #editor = null;
  #sources = new Map();
  #tested = new Map(); // code that ran to its end → its run
  #given = new Set(); // code that was handed in
  #size = null;

  constructor(runs, letter, place, keys) {
    this.runs = runs;
    this.letter = letter;
    this.place = place;
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.going = make("div", { class: "going", role: "status" });
    this.done = make("div", { class: "ran" });
    this.handed = make("p", { class: "handed", hidden: true });
    const button = (kind, text) => make("button", { type: "button", class: "button small", text, title: keys.key(kind === "input" ? "run" : "edit"), onclick: () => runs.open(kind, letter) });
    this.bar = make("div", { class: "runbar" }, button("input", "Run with own input"), button("edit", "Edit and re-run"));
    this.body = make("div", { class: "runbody" });
    place.replaceChildren(this.body, this.problem, this.handed, this.going, this.done, this.bar);
    place.hidden = false;
  }

  async open(kind) {
    this.#say("");
    let setup;
    try {
      setup = await this.runs.setup();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (kind === "input" && !setup.input) {
      this.#say("This task takes no input of one's own; edit the code and run its tests instead.");
      return;
    }
    this.#forms[kind] ||= kind === "input" ? this.#inputForm(setup) : await this.#editForm(setup);
    for (const [name, form] of Object.entries(this.#forms)) form.hidden = name !== kind;
    this.#grow();
    this.#forms[kind].scrollIntoView({ block: "nearest" });
    if (kind === "input") this.#forms.input.querySelector("textarea").focus();
    else this.#editor.focus();
  }

  dispose() {
    for (const source of this.#sources.values()) source.close();
    this.#editor?.close();
  }

  /** A run of an earlier visit. */
  restore(run) {
    if (run.state === "waiting" || run.state === "running") this.#follow(run.id, run.given, run.kind);
    else this.#finish(run.id, run.given, run.kind, run.state);
  }

  handedIn(correction) {
    this.#given.add(correction.code);
    const cases = correction.cases ? `, ${correction.passed} of ${correction.cases} cases passed` : "";
    this.handed.hidden = false;
    this.handed.textContent = `✓ A corrected version of ${this.letter} is handed in${cases}.`;
    this.#handable();
  }

  #inputForm(setup) {
    const { memory } = this.runs;
    const form = setup.input;
    const id = `own-${this.letter}`;
    const text = make("textarea", { id, rows: 3, spellcheck: "false", autocapitalize: "off", maxlength: 64000, "aria-describedby": `${id}-hint` });
    text.value = memory.get("input") ?? form.samples[0]?.[1] ?? "";
    const keep = () => memory.set("input", text.value);
    text.addEventListener("input", keep);
    const from = make("select", { "aria-label": "Start from" }, make("option", { value: "", text: "Start from …" }), ...form.samples.map(([name], n) => make("option", { value: String(n), text: name })));
    from.addEventListener("change", () => { if (from.value) { text.value = form.samples[Number(from.value)][1]; keep(); text.focus(); } });
    const every = make("input", { type: "checkbox", checked: true });
    const several = this.runs.letters.length > 1;
    const send = () => this.#ask({ kind: "input", letters: several && every.checked ? [this.letter, ...this.runs.letters.filter((one) => one !== this.letter)] : [this.letter], input: text.value });
    return this.#form("own", send,
      make("label", { for: id, class: "name", text: form.label }),
      text,
      make("p", { id: `${id}-hint`, class: "quiet", text: form.hint }),
      make("div", { class: "row" },
        make("button", { type: "submit", class: "button small main", text: "Run" }), make("kbd", { text: "Ctrl ⏎" }),
        form.samples.length ? from : null,
        several ? make("label", { class: "every" }, every, " on all responses") : null,
        this.#closer()));
  }

  async #editForm(setup) {
    const { memory } = this.runs;
    const kept = `code-${this.letter}`;
    const original = setup.codes[this.letter];
    const host = make("div", { class: "editor" });
    this.handIn = make("button", { type: "button", class: "button small", text: "Hand in", disabled: true, title: "Run the tests on exactly this code first", onclick: () => this.#handIn() });
    const send = () => this.#ask({ kind: "edit", letters: [this.letter], code: this.#editor.text });
    const reset = make("button", { type: "button", class: "button small", text: "Reset", title: `Back to the code of ${this.letter}`, onclick: () => { this.#editor.text = original; this.#editor.focus(); } });
    const form = this.#form("edit", send, host, make("div", { class: "row" },
      make("button", { type: "submit", class: "button small main", text: "Run the tests" }), make("kbd", { text: "Ctrl ⏎" }),
      this.handIn, reset, this.#closer()));
    const { makeEditor } = await import("./editor.js");
    this.#editor = makeEditor(host, {
      language: setup.language, text: memory.get(kept) ?? original,
      label: `Edited code of response ${this.letter}`,
      onChange: (text) => { memory.set(kept, text === original ? undefined : text); this.#handable(); },
    });
    // Editable text has the focus by itself; checkers of accessibility want it said.
    host.shadowRoot.querySelector(".cm-content").tabIndex = 0;
    this.#handable();
    return form;
  }

  #form(name, send, ...children) {
    const form = make("form", { class: `run-${name}`, autocomplete: "off" }, ...children);
    form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    // Before the editor sees it, for which it is a new line, and the desk, which would submit.
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      send();
    }, true);
    this.body.append(form);
    return form;
  }

  #closer() {
    return make("button", { type: "button", class: "icon", "aria-label": "Close", text: "×", onclick: () => {
      for (const form of Object.values(this.#forms)) form.hidden = true;
      this.#grow(false);
      this.bar.querySelector("button").focus();
    } });
  }

  /** Room for what is typed: the cases give way while a panel is open. */
  #grow(open = true) {
    const under = this.place.closest(".under");
    this.place.classList.toggle("open", open);
    if (open && this.#size === null) {
      this.#size = under.dataset.size || "4";
      under.dataset.size = String(Math.max(6, Number(this.#size)));
    } else if (!open && this.#size !== null) {
      under.dataset.size = this.#size;
      this.#size = null;
    }
  }

  async #ask(body) {
    this.#say("");
    this.runs.memory.set("ran", true);
    try {
      const { id } = await post(`${this.runs.base}/runs`, body);
      this.#follow(id, body.input ?? body.code, body.kind);
    } catch (error) {
      this.#fail(error);
    }
  }

  #follow(id, given, kind) {
    const text = make("span", { text: "asking …" });
    const stop = make("button", { type: "button", class: "button small", text: "Cancel", onclick: () => { remove(`${this.runs.base}/runs/${id}`).catch((error) => this.#fail(error)); } });
    const line = make("p", { class: "progress", "data-run": id }, make("span", { class: "spin", "aria-hidden": "true", text: "◌" }), text, stop);
    this.going.append(line);
    const end = () => { this.#sources.get(id)?.close(); this.#sources.delete(id); line.remove(); };
    const source = new EventSource(`${this.runs.base}/runs/${id}/events`);
    this.#sources.set(id, source);
    source.addEventListener("message", (event) => {
      const now = JSON.parse(event.data);
      const said = progress(now);
      if (text.textContent !== said) text.textContent = said;
      if (now.over) { end(); this.#finish(id, given, kind, now.state, true); }
    });
    source.addEventListener("error", () => {
      // A stream that ended is opened again by the browser; one that was refused is not.
      if (source.readyState !== EventSource.CLOSED) return;
      end();
      this.#say("The run is gone: the server was started again, or you are not signed in any more. What you typed is still here; run it again.");
    });
  }

  async #finish(id, given, kind, state, fresh = false) {
    if (kind === "edit" && state === "done") { this.#tested.set(given, id); this.#handable(); }
    if (state === "cancelled") { if (fresh) this.#say("Cancelled.", false); return; }
    try {
      const page = parsed(await get(`${this.runs.base}/runs/${id}/view`));
      const head = make("h3", { text: kind === "input" ? "On your input" : "All tests" });
      const article = make("article", { class: "run", "data-run": id, tabindex: "-1" }, head, ...page.body.children);
      this.done.prepend(article);
      while (this.done.children.length > SHOWN) this.done.lastElementChild.remove();
      if (!fresh) return;
      article.scrollIntoView({ block: "nearest" });
      say(`run finished: ${article.querySelector(".badge, .v")?.textContent.trim() || "see below"}`);
    } catch (error) {
      this.#fail(error);
    }
  }

  #handable() {
    if (!this.#editor || !this.handIn) return;
    const code = this.#editor.text;
    this.handIn.disabled = !this.#tested.has(code) || this.#given.has(code);
    this.handIn.textContent = this.#given.has(code) ? "Handed in" : "Hand in";
  }

  async #handIn() {
    try {
      this.handedIn(await post(`${this.runs.base}/corrections`, { letter: this.letter, code: this.#editor.text }));
      say("corrected response handed in");
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    if (error instanceof Offline) this.#say("The server does not answer. What you typed is kept in this browser; try again.");
    else this.#say([error.message, error.body?.fix].filter(Boolean).join(". To go on: "));
  }

  #say(text, bad = true) {
    this.problem.hidden = !text;
    this.problem.classList.toggle("problem", bad);
    this.problem.textContent = text;
  }
}

function progress(now) {
  if (now.state === "waiting") return now.place > 1 ? `waiting, number ${now.place} in line` : "next in line";
  if (now.over) return now.state;
  const of = now.of > 1 ? ` (${Math.min(now.done + 1, now.of)} of ${now.of})` : "";
  return `${now.note || "starting"}${of} · ${Math.floor(now.seconds)} s`;
}
