// Flags at their lines, once they may be seen: a sign in the gutter, a question, yes or no.

import { all, byId, make, say } from "./dom.js";
import { post } from "./net.js";
import { showBanner } from "./save.js";

export class Flags {
  constructor({ base, flags, state, marks, saver, keys, ready }) {
    Object.assign(this, { base, flags, state, marks, saver, keys, ready });
    this.at = -1;
    const button = byId("reveal");
    button?.addEventListener("click", () => this.reveal());
    state.onChange(() => this.show());
    if (flags) this.#place();
    this.show();
  }

  get shown() {
    return this.flags !== null;
  }

  /** Keep the judgment as it is now as a revision of its own, then show the flags. */
  async reveal() {
    const button = byId("reveal");
    if (this.shown || !button || button.disabled) return false;
    button.disabled = true;
    try {
      if (!(await this.saver.now())) throw new Error("what you entered is not saved yet");
      const reply = await post(`${this.base}/first`, { version: this.saver.version, answer: this.state.answer });
      this.saver.version = reply.version;
      this.flags = reply.flags;
      this.#place();
      this.show();
      say(this.flags.length ? `${this.flags.length} flags` : "no flags");
    } catch (error) {
      button.disabled = false;
      showBanner(`The flags could not be shown: ${error.message}.`, "bad", [["Close", () => {}]]);
    }
    return true;
  }

  current() {
    return this.shown ? this.flags[this.at] : undefined;
  }

  /** Accept or reject the flag one is at, and go on to the next one. */
  judge(verdict) {
    const flag = this.current();
    if (!flag) return false;
    const said = this.#said(flag);
    this.state.update("flag", (a) => {
      a.flags = a.flags.filter((one) => !same(one, flag));
      if (said?.verdict !== verdict) a.flags.push({ response: flag.letter, index: flag.index, rule: flag.rule, line: flag.line, verdict, note: "" });
    });
    say(said?.verdict === verdict ? "taken back" : `${verdict}ed`);
    return true;
  }

  go(at) {
    this.at = at;
    for (const node of all(".flagnote")) node.classList.toggle("stop", Number(node.dataset.flag) === at);
    const flag = this.flags[at];
    this.marks.go(flag.letter, flag.line);
    document.querySelector(`.flagnote[data-flag="${at}"]`)?.scrollIntoView({ block: "nearest" });
    say(`flag ${at + 1} of ${this.flags.length}, response ${flag.letter} line ${flag.line}: ${flag.question}`);
  }

  #said(flag) {
    return this.state.answer.flags.find((one) => same(one, flag));
  }

  #place() {
    this.flags.forEach((flag, at) => {
      const line = document.querySelector(`.code[data-code="${flag.letter}"] .l[data-n="${flag.line}"]`);
      if (!line) return;
      line.classList.add("fl");
      const button = (verdict, text) => make("button", { type: "button", class: "button small", "data-verdict": verdict, "aria-pressed": "false", text, onclick: () => { this.at = at; this.judge(verdict); } });
      line.after(make("div", { class: "noteline flagnote", role: "note", "data-flag": at },
        make("span", { class: "say" }, `⚑ ${flag.question} `, make("span", { class: "quiet", text: flag.why, title: flag.detail })),
        make("span", { class: "act" }, button("accept", "Right"), button("reject", "Wrong"))));
    });
  }

  show() {
    const button = byId("reveal");
    if (!this.shown) {
      if (button) {
        const ready = this.ready(this.state.answer);
        button.disabled = !ready;
        button.title = ready ? "" : "Say first which one is better";
      }
      return;
    }
    const box = byId("flags");
    if (!box) return;
    if (!this.flags.length) {
      box.replaceChildren(make("p", { class: "quiet", text: "None of the rules hit either response." }));
      return;
    }
    box.replaceChildren(make("ul", {}, ...this.flags.map((flag, at) => {
      const said = this.#said(flag)?.verdict;
      const word = said === "accept" ? "✓ right" : said === "reject" ? "✗ wrong" : "";
      return make("li", {}, make("button", { type: "button", text: `${flag.letter}:${flag.line}`, onclick: () => this.go(at) }), make("span", { text: flag.question }), make("span", { class: "verdict", text: word }));
    })));
    for (const note of all(".flagnote")) {
      const said = this.#said(this.flags[Number(note.dataset.flag)])?.verdict;
      note.classList.toggle("accepted", said === "accept");
      note.classList.toggle("rejected", said === "reject");
      for (const one of all("[data-verdict]", note)) one.setAttribute("aria-pressed", String(one.dataset.verdict === said));
    }
  }
}

const same = (said, flag) => said.response === flag.letter && said.index === flag.index;
