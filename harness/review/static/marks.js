// Marks on lines: chosen with the mouse on the numbers or with the keyboard, kept in the answer.

import { all, byId, make, say } from "./dom.js";
import { keyOf } from "./keys.js";
import { linePx } from "./panes.js";

export class Marks {
  #codes = new Map();
  #form = null;

  constructor({ letters, state, panes, severities, categories, keys }) {
    Object.assign(this, { state, panes, severities, categories, keys });
    for (const letter of letters) {
      const root = document.querySelector(`.code[data-code="${letter}"]`);
      if (root) this.#attach(letter, root);
    }
    state.onChange(() => this.show());
    this.show();
  }

  get enabled() {
    return this.severities.length > 0;
  }

  line(letter) {
    return this.#codes.get(letter)?.cur || 0;
  }

  /** Put the cursor on a line, and bring it into view. */
  go(letter, line, focus = true) {
    const code = this.#codes.get(letter);
    if (!code) return false;
    this.panes.show(letter, "code");
    this.panes.focus(letter, false);
    if (focus) code.root.focus({ preventScroll: true });
    this.#cursor(code, line, false);
    return true;
  }

  /** Open the form for the chosen lines of the focused response. */
  open(letter = this.panes.here) {
    const code = this.#codes.get(letter);
    if (!this.enabled || !code) return false;
    this.panes.show(letter, "code");
    if (!code.cur) this.#cursor(code, 1, false);
    const [first, last] = range(code);
    this.#edit(code, { response: letter, first_line: first, last_line: last, severity: this.severities[0].id, category: this.categories[0].id, note: "" }, -1);
    return true;
  }

  show() {
    const marks = this.state.answer.marks;
    for (const code of this.#codes.values()) {
      for (const line of code.lines) line.classList.remove("marked");
      for (const note of all(".marknote", code.root)) note.remove();
    }
    marks.forEach((mark, index) => this.#draw(mark, index));
    this.#list(marks);
  }

  #draw(mark, index) {
    const code = this.#codes.get(mark.response);
    if (!code) return;
    for (let n = mark.first_line; n <= mark.last_line; n += 1) code.lines[n - 1]?.classList.add("marked");
    const last = code.lines[mark.last_line - 1];
    if (!last) return;
    const note = make("div", { class: "noteline marknote", role: "note", "data-mark": index },
      make("span", { class: "say" }, make("b", { text: `${this.#title(this.severities, mark.severity)} · ${this.#title(this.categories, mark.category)}` }), mark.note ? ` ${mark.note}` : ""),
      make("span", { class: "act" },
        make("button", { type: "button", class: "icon", "aria-label": `Change the mark on ${where(mark)}`, title: "Change", text: "✎", onclick: () => this.#edit(code, mark, index) }),
        make("button", { type: "button", class: "icon", "aria-label": `Remove the mark on ${where(mark)}`, title: "Remove", text: "×", onclick: () => this.#remove(index) })));
    after(last).after(note);
  }

  #list(marks) {
    const list = byId("marks");
    if (!list) return;
    list.replaceChildren(...marks.map((mark) => make("li", {},
      make("button", { type: "button", class: "go", text: where(mark), onclick: () => this.go(mark.response, mark.first_line) }),
      make("span", { class: "text", text: `${this.#title(this.severities, mark.severity)}: ${mark.note || this.#title(this.categories, mark.category)}` }))));
    byId("marks-none").hidden = marks.length > 0;
  }

  #title(list, id) {
    return list.find((one) => one.id === id)?.title || id;
  }

  #remove(index) {
    this.state.update("mark", (a) => { a.marks.splice(index, 1); });
    say("mark removed");
  }

  #attach(letter, root) {
    const code = { letter, root, lines: all(".l", root), cur: 0, from: 0 };
    this.#codes.set(letter, code);
    root.addEventListener("focus", () => { if (!code.cur) this.#cursor(code, 1, false, false); });
    root.addEventListener("keydown", (event) => this.#move(event, code));
    root.addEventListener("pointerdown", (event) => this.#press(event, code));
  }

  #move(event, code) {
    if (event.target !== code.root || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(code.root.clientHeight / linePx) - 2);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9 }[event.key];
    if (by) {
      this.#cursor(code, code.cur + by, event.shiftKey);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (code.root.scrollWidth > code.root.clientWidth + 1 && !event.shiftKey) return;
      this.panes.step(event.key === "ArrowLeft" ? -1 : 1);
    } else if (event.key === "Escape") {
      this.#cursor(code, code.cur, false);
    } else {
      return;
    }
    event.preventDefault();
  }

  #press(event, code) {
    const line = event.target.closest(".l");
    if (!line || event.button !== 0) return;
    const number = Number(line.dataset.n);
    const gutter = event.clientX - code.root.getBoundingClientRect().left < 52;
    this.#cursor(code, number, event.shiftKey, false);
    if (!gutter || !this.enabled) return;
    event.preventDefault();
    code.root.focus({ preventScroll: true });
    const drag = (move) => {
      const over = document.elementFromPoint(move.clientX, move.clientY)?.closest(".l");
      if (over && code.root.contains(over)) this.#cursor(code, Number(over.dataset.n), true, false);
    };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", () => {
      removeEventListener("pointermove", drag);
      this.open(code.letter);
    }, { once: true });
  }

  #cursor(code, to, extend, scroll = true) {
    const line = Math.max(1, Math.min(code.lines.length, to));
    code.from = extend && code.from ? code.from : line;
    code.cur = line;
    const [first, last] = range(code);
    code.lines.forEach((one, index) => {
      one.classList.toggle("cur", index + 1 === line);
      one.classList.toggle("sel", first !== last && index + 1 >= first && index + 1 <= last);
    });
    if (scroll) code.lines[line - 1].scrollIntoView({ block: "nearest", inline: "nearest" });
    say(first === last ? `line ${line}: ${code.lines[line - 1].textContent.trim().slice(0, 120)}` : `lines ${first} to ${last}`);
  }

  #edit(code, mark, index) {
    this.#close();
    const key = (action) => (this.keys.bindings[action] ? make("kbd", { text: this.keys.key(action) }) : null);
    const severities = make("fieldset", {}, make("legend", { class: "sr", text: "How bad" }), ...this.severities.map((one) => make("label", { class: "chip", title: one.help || one.title },
      make("input", { type: "radio", name: "severity", value: one.id, checked: one.id === mark.severity }), ` ${one.title}`, key(`severity.${one.id}`))));
    const category = make("select", { name: "category", "aria-label": "What it is about" }, ...this.categories.map((one) => make("option", { value: one.id, text: one.title, title: one.help, selected: one.id === mark.category })));
    const note = make("textarea", { rows: "2", maxlength: "4000", "aria-label": "Note", placeholder: "What it does, and the input that shows it" });
    note.value = mark.note;
    const save = () => this.#save(mark, index, form, note.value);
    const form = make("form", { class: "noteline markform", "aria-label": `Mark on ${where(mark)}` },
      make("p", { class: "row" }, make("b", { text: where(mark) }), category),
      severities,
      note,
      make("div", { class: "row" }, make("button", { type: "submit", class: "button main small", text: index < 0 ? "Mark" : "Change" }), make("button", { type: "button", class: "button small", text: "Cancel", onclick: () => this.#close(code) }), make("span", { class: "quiet", text: "Enter marks, Esc cancels" })));
    form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close(code);
      else if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && event.target.tagName !== "BUTTON") save();
      else if (event.target === note || !this.#byKey(event, form)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    after(code.lines[mark.last_line - 1]).after(form);
    this.#form = form;
    form.querySelector("input:checked").focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  }

  // Keys of the rubric for severities and categories, which act only in this form.
  #byKey(event, form) {
    const key = keyOf(event);
    const action = Object.keys(this.keys.bindings).find((name) => /^(severity|category)\./.test(name) && this.keys.bindings[name] === key);
    if (!action) return false;
    const [kind, id] = action.split(".");
    if (kind === "category") form.elements.category.value = id;
    else form.querySelector(`[name=severity][value="${CSS.escape(id)}"]`)?.click();
    return true;
  }

  #save(mark, index, form, note) {
    const made = { ...mark, severity: form.elements.severity.value, category: form.elements.category.value, note: note.trim() };
    this.#close(this.#codes.get(mark.response));
    this.state.update("mark", (a) => {
      if (index < 0) a.marks.push(made);
      else a.marks[index] = made;
    });
    say(`marked ${where(made)}`);
  }

  #close(code) {
    this.#form?.remove();
    this.#form = null;
    if (code) { this.#cursor(code, code.cur, false, false); code.root.focus({ preventScroll: true }); }
  }
}

const range = (code) => [Math.min(code.from, code.cur), Math.max(code.from, code.cur)];
const where = (mark) => `${mark.response}:${mark.first_line}${mark.last_line > mark.first_line ? `–${mark.last_line}` : ""}`;

// Behind the notes that already stand under a line.
function after(line) {
  let place = line;
  while (place.nextElementSibling && !place.nextElementSibling.classList.contains("l")) place = place.nextElementSibling;
  return place;
}
