// The answer as entered so far: one plain object shaped like the server's record, with undo.

const UNDO_STEPS = 200;
const SAME_EDIT_MS = 1500;

export class State {
  #answer;
  #past = [];
  #listeners = new Set();
  #last = { label: "", at: 0 };

  constructor(answer) {
    this.#answer = answer;
  }

  get answer() {
    return this.#answer;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  onChange(listener) {
    this.#listeners.add(listener);
  }

  /** Change the answer. Edits of one label close in time are undone together. */
  update(label, change) {
    const next = structuredClone(this.#answer);
    change(next);
    if (JSON.stringify(next) === JSON.stringify(this.#answer)) return;
    const now = Date.now();
    const joined = label === this.#last.label && now - this.#last.at < SAME_EDIT_MS;
    if (!joined) this.#past.push({ label, answer: this.#answer });
    if (this.#past.length > UNDO_STEPS) this.#past.shift();
    this.#last = { label, at: now };
    this.#set(next, "edit");
  }

  /** Take the last change back; returns what it was. */
  undo() {
    const step = this.#past.pop();
    if (!step) return null;
    this.#last = { label: "", at: 0 };
    this.#set(step.answer, "undo");
    return step.label;
  }

  /** Another answer from outside (a kept copy, another tab); can be undone like an edit. */
  replace(answer, label) {
    this.#past.push({ label, answer: this.#answer });
    this.#set(answer, "replace");
  }

  #set(answer, why) {
    this.#answer = answer;
    for (const listener of this.#listeners) listener(answer, why);
  }
}
