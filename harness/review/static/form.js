// The judge panel: what is on the screen and the answer say the same, in both directions.

import { all, byId, make } from "./dom.js";

export class Form {
  constructor(root, state, letters) {
    this.root = root;
    this.state = state;
    this.letters = letters;
    root.addEventListener("change", (event) => this.#read(event.target));
    root.addEventListener("input", (event) => { if (event.target.id === "why") this.#read(event.target); });
    root.addEventListener("pointerover", (event) => this.#hint(event.target.closest("[data-hint]")));
    root.addEventListener("focusin", (event) => this.#hint(this.#focused(event.target)));
    root.addEventListener("focusout", () => this.#hint(null));
    root.addEventListener("pointerleave", () => this.#hint(null));
    root.addEventListener("click", (event) => this.#again(event));
    state.onChange(() => this.show());
    this.show();
  }

  /** A digit on a focused scale: the point of that value. True where there was one. */
  digit(target, digit) {
    const scale = target.closest?.(".scale");
    if (!scale) return false;
    const box = scale.classList.contains("yesno")
      ? { 1: "yes", 0: "no" }[digit]
      : String(digit);
    const input = all("input", scale).find((one) => one.value === box);
    if (!input) return true;
    input.checked = true;
    input.focus();
    this.#read(input);
    // On to the next scale: rating eight axes is sixteen digits.
    const scales = all(".scale", this.root);
    const next = scales[scales.indexOf(scale) + 1];
    next?.querySelector("input:checked, input")?.focus();
    return true;
  }

  prefer(value) {
    if (!this.root.querySelector(`[name=preference][value="${value}"]`)) return false;
    this.state.update("preference", (a) => {
      a.preference = value;
      a.tie = value === 0;
      a.both_bad = false;
    });
    return true;
  }

  bothBad() {
    const box = this.root.querySelector("[name=both_bad]");
    if (!box) return false;
    this.#setBothBad(!this.state.answer.both_bad);
    return true;
  }

  focusFirst() {
    (this.root.querySelector("input:checked") || this.root.querySelector("input"))?.focus();
  }

  /** Problems of the server, at their fields. said: name them all, as after a submit. */
  problems(list, said) {
    for (const node of all("[data-problem]", this.root)) delete node.dataset.problem;
    const left = byId("left");
    left.textContent = list.length ? `${list.length} left` : "ready";
    const box = byId("problems");
    byId("problems-box").hidden = !said || !list.length;
    box.replaceChildren();
    if (!said) return;
    for (const problem of list) {
      const place = this.#place(problem.field);
      if (place) place.dataset.problem = "";
      const go = () => place?.querySelector("input, textarea, button")?.focus();
      box.append(make("li", {}, make("button", { type: "button", text: problem.message, title: problem.fix, onclick: go })));
    }
    byId("problems-h").textContent = list.length === 1 ? "One thing is left:" : `${list.length} things are left:`;
  }

  #place(field) {
    const [kind, letter, axis] = field.split(".");
    if (kind === "ratings" && axis) return this.root.querySelector(`[data-axis="${CSS.escape(axis)}"]`);
    return this.root.querySelector(`[data-field="${kind}"]`);
  }

  #setBothBad(on) {
    this.state.update("both bad", (a) => {
      a.both_bad = on;
      a.tie = false;
      a.preference = on ? 0 : null;
    });
  }

  #again(event) {
    // A second click on the chosen point takes it back.
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "radio") return;
    if (input.dataset.was === "1" && event.detail > 0) {
      input.checked = false;
      delete input.dataset.was;
      this.#read(input);
    }
  }

  #read(input) {
    const { name, value, checked } = input;
    const scale = input.closest(".scale");
    const letter = scale?.dataset.letter;
    const axis = input.closest("[data-axis]")?.dataset.axis;
    if (axis) this.#readRating(axis, letter, checked ? Number(value) : null);
    else if (name.startsWith("ok-")) this.state.update(`acceptable ${letter}`, (a) => put(a.acceptable, letter, checked ? value === "yes" : null));
    else if (name === "preference") checked ? this.prefer(Number(value)) : this.state.update("preference", (a) => { a.preference = null; a.tie = false; });
    else if (name === "both_bad") this.#setBothBad(checked);
    else if (name === "reason") this.state.update(`reason ${value}`, (a) => { a.reasons = all("[name=reason]:checked", this.root).map((one) => one.value); });
    else if (name === "justification") this.state.update("justification", (a) => { a.justification = input.value; });
    else if (name.startsWith("place-")) this.state.update("order", (a) => { a.ranking = this.#places(); });
  }

  #readRating(axis, letter, value) {
    this.state.update(`${axis} ${letter}`, (a) => {
      a.ratings[letter] ??= {};
      put(a.ratings[letter], axis, value);
    });
  }

  #places() {
    const found = new Map();
    for (const one of all("[name^=place-]:checked", this.root)) {
      const letter = one.closest(".scale").dataset.letter;
      found.set(Number(one.value), [...(found.get(Number(one.value)) || []), letter]);
    }
    return [...found.keys()].sort().map((place) => found.get(place));
  }

  /** Draw the answer. Fields that already say so are left alone, or a caret would jump. */
  show() {
    const a = this.state.answer;
    const check = (input, on) => {
      if (input.checked !== on) input.checked = on;
      if (on) input.dataset.was = "1";
      else delete input.dataset.was;
    };
    for (const input of all("[data-axis] input", this.root)) {
      const axis = input.closest("[data-axis]").dataset.axis;
      check(input, a.ratings[input.closest(".scale").dataset.letter]?.[axis] === Number(input.value));
    }
    for (const input of all("[name^=ok-]", this.root)) {
      check(input, a.acceptable[input.closest(".scale").dataset.letter] === (input.value === "yes"));
    }
    for (const input of all("[name=preference]", this.root)) check(input, !a.both_bad && a.preference === Number(input.value));
    for (const input of all("[name=both_bad]", this.root)) check(input, a.both_bad);
    for (const input of all("[name=reason]", this.root)) check(input, a.reasons.includes(input.value));
    for (const input of all("[name^=place-]", this.root)) {
      const letter = input.closest(".scale").dataset.letter;
      check(input, a.ranking.findIndex((tied) => tied.includes(letter)) === Number(input.value) - 1);
    }
    const why = byId("why");
    if (why && why.value !== a.justification) why.value = a.justification;
    if (why) this.#count(why);
    this.#anchors();
    byId("undo").disabled = !this.state.canUndo;
  }

  #count(why) {
    const place = byId("why-count");
    const least = Number(place.dataset.min);
    const length = why.value.trim().length;
    place.textContent = length < least ? `${least - length} more characters` : "";
  }

  #anchors() {
    for (const box of all(".preference", this.root)) {
      const chosen = box.querySelector("[name=preference]:checked");
      box.querySelector(".anchor").textContent = chosen ? chosen.getAttribute("aria-label") : "";
    }
  }

  // On a scale where nothing is chosen yet, what the axis is about says more than its first point.
  #focused(target) {
    const axis = target.type === "radio" && !target.checked && target.closest(".axis, .preference");
    return axis ? axis.querySelector(".name[data-hint]") : target.closest("[data-hint]");
  }

  // One place for what a point means: nothing moves when it is read.
  #hint(place) {
    byId("hint").textContent = place?.dataset.hint || "";
  }
}

function put(object, key, value) {
  if (value === null) delete object[key];
  else object[key] = value;
}

