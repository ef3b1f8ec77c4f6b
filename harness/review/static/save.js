// Autosave: every change is mirrored in this browser at once and sent to the server soon after.
// The server counts versions: a save made on an older version is refused, never merged silently.

import { Offline, Refused, put } from "./net.js";
import { byId, make } from "./dom.js";

const QUIET_MS = 600;
const LONGEST_MS = 4000;
const RETRY_MS = [1000, 2000, 5000, 10000, 15000];

export class Saver {
  #timer = 0;
  #since = 0;
  #busy = null;
  #failures = 0;
  #dirty = false;
  #savedAt = null;
  #stopped = false;
  #ticking = 0;
  #unanswered = null;

  constructor({ base, user, version, state, onProblems }) {
    this.url = `${base}/draft`;
    this.key = `desk:${user}:${base}`;
    this.version = version;
    this.state = state;
    this.onProblems = onProblems;
    state.onChange(() => this.#changed());
    this.#ticking = setInterval(() => this.#showAge(), 5000);
    addEventListener("online", () => this.now());
    addEventListener("pagehide", () => this.#lastWord());
    addEventListener("storage", (event) => this.#otherTab(event));
  }

  get dirty() {
    return this.#dirty;
  }

  /** Work this browser kept and the server has not: after a crash, or a closed laptop. */
  recover() {
    const kept = this.#kept();
    if (!kept?.dirty) return;
    if (JSON.stringify(kept.answer) === JSON.stringify(this.state.answer)) return;
    if (kept.version === this.version) {
      this.state.replace(kept.answer, "recovery");
      this.#banner("Restored what this browser had kept since your last save.", "good", [["Undo", () => this.state.undo()]]);
    } else {
      this.conflict({ answer: this.state.answer, version: this.version }, kept.answer);
    }
  }

  /** Save at once; resolves when the server has it, false where it has not. */
  async now() {
    await this.settled();
    if (!this.#dirty || this.#stopped) return !this.#dirty;
    this.#busy = this.#send();
    const done = await this.#busy;
    this.#busy = null;
    return done;
  }

  /** Waits for a save that is under way; what is not saved yet is left as it is. */
  async settled() {
    clearTimeout(this.#timer);
    if (this.#busy) await this.#busy;
    clearTimeout(this.#timer);
  }

  /** The item is done with: nothing more is sent, the copy is dropped. */
  finish() {
    this.#stopped = true;
    this.#dirty = false;
    clearTimeout(this.#timer);
    clearInterval(this.#ticking);
    try { localStorage.removeItem(this.key); } catch { /* storage may be forbidden */ }
  }

  #changed() {
    if (this.#stopped) return;
    const now = Date.now();
    if (!this.#dirty) this.#since = now;
    this.#dirty = true;
    this.#keep();
    this.#show("saving", "saving …");
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET_MS, this.#since + LONGEST_MS - now));
    this.#timer = setTimeout(() => this.now(), wait);
  }

  async #send() {
    const answer = this.state.answer;
    try {
      const reply = await put(this.url, { version: this.version, answer });
      this.version = reply.version;
      this.#unanswered = null;
      this.#failures = 0;
      this.#savedAt = Date.now();
      this.#dirty = this.state.answer !== answer;
      this.#keep();
      this.#show("saved", "saved just now");
      this.onProblems(reply.problems);
      if (this.#dirty) this.#timer = setTimeout(() => this.now(), QUIET_MS);
      return !this.#dirty;
    } catch (error) {
      if (this.#wasOurs(error)) return this.#send();
      if (error instanceof Offline) this.#unanswered = answer;
      this.#failed(error);
      return false;
    }
  }

  /** Whether the other version is our own last save: stored, but the answer never came. */
  #wasOurs(error) {
    const theirs = error instanceof Refused && error.status === 409 && error.body;
    if (!theirs?.answer || !this.#unanswered || same(theirs.answer) !== same(this.#unanswered)) return false;
    this.version = theirs.version;
    this.#unanswered = null;
    return true;
  }

  #failed(error) {
    if (error instanceof Refused && error.status === 409 && error.body.answer) {
      this.conflict(error.body, this.state.answer);
      return;
    }
    if (error instanceof Refused && [401, 403, 404, 410, 409].includes(error.status)) {
      this.#stopped = true;
      this.#show("failed", "not saved");
      this.#banner(`${error.message} What you entered is kept in this browser.`, "bad", [["Back to the projects", () => location.assign("/")]]);
      return;
    }
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    const why = error instanceof Offline ? "no answer from the server" : error.message;
    this.#show("failed", "kept here, not saved");
    byId("save").title = `${why}; trying again`;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), wait);
  }

  /** Another window was first: show both ways on, and send nothing until one is chosen. */
  conflict(theirs, mine) {
    this.#show("failed", "changed in another tab");
    this.version = theirs.version;
    const settle = (answer) => {
      this.#banner("");
      this.#dirty = true;
      if (answer === this.state.answer) this.#changed();
      else this.state.replace(answer, "the other version");
    };
    // Until it is settled nothing is sent: a further change would overwrite the other version.
    this.#stopped = true;
    const choose = (answer) => () => { this.#stopped = false; settle(answer); };
    this.#banner("This judgment was also changed somewhere else. Nothing is lost; choose which to go on with.", "bad", [["This one", choose(mine)], ["The other one", choose(theirs.answer)]]);
  }

  #otherTab(event) {
    if (event.key !== this.key || !event.newValue || this.#dirty || this.#stopped) return;
    const other = JSON.parse(event.newValue);
    if (other.dirty || other.version <= this.version) return;
    this.version = other.version;
    this.state.replace(other.answer, "the other tab");
    clearTimeout(this.#timer);
    this.#dirty = false;
    this.#show("saved", "saved in another tab");
  }

  #lastWord() {
    if (!this.#dirty || this.#stopped) return;
    // Best effort: the mirror holds it in any case.
    put(this.url, { version: this.version, answer: this.state.answer }, { keepalive: true }).catch(() => {});
  }

  #keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version, answer: this.state.answer, dirty: this.#dirty }));
    } catch { /* full or forbidden: the server still gets it */ }
  }

  #kept() {
    try { return JSON.parse(localStorage.getItem(this.key)); } catch { return null; }
  }

  #show(state, text) {
    const place = byId("save");
    if (!place) return;
    place.dataset.state = state;
    place.title = "";
    if (place.textContent !== text) place.textContent = text;
  }

  #showAge() {
    if (this.#dirty || !this.#savedAt) return;
    const s = Math.round((Date.now() - this.#savedAt) / 1000);
    const place = byId("save");
    // Not spoken again: the age is for the eye.
    if (place) place.textContent = s < 60 ? `saved ${s} s ago` : `saved ${Math.floor(s / 60)} min ago`;
  }

  #banner(text, kind = "good", actions = []) {
    showBanner(text, kind, actions);
  }
}

/** Text that is equal for equal answers: a database may order keys anew. */
function same(answer) {
  const sorted = (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
  return JSON.stringify(answer, sorted);
}

export function showBanner(text, kind = "good", actions = []) {
  const place = byId("banner");
  if (!place) return;
  place.replaceChildren();
  place.hidden = !text;
  if (!text) return;
  place.dataset.kind = kind;
  const hide = () => { place.hidden = true; };
  place.append(make("span", { text }), ...actions.map(([name, act]) => make("button", { type: "button", class: "button small", text: name, onclick: () => { hide(); act(); } })));
  if (kind === "good") place.append(make("button", { type: "button", class: "icon", "aria-label": "Close", text: "×", onclick: hide }));
}
