// The three ways to leave an item: submit, skip, send to an expert; and the next one fetched early.

import { byId } from "./dom.js";
import { Refused, get, post } from "./net.js";
import { showBanner } from "./save.js";

const UNDO_SHOWN_MS = 12000;
const SUBMITTED = "desk-submitted";

export class Leave {
  #ready = null;
  #busy = false;

  constructor({ base, state, saver, form, next, go }) {
    Object.assign(this, { base, state, saver, form, next, go });
    byId("judge").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    byId("skip")?.addEventListener("click", () => this.ask("skip"));
    byId("expert").addEventListener("click", () => this.ask("expert"));
    byId("leave-close").addEventListener("click", () => byId("leave").close());
    byId("leave-form").addEventListener("submit", (event) => { event.preventDefault(); this.#leave(); });
  }

  /** The page of the item after this one, claimed and loaded while the trainer reads. */
  prefetch() {
    if (!this.#ready) {
      this.#ready = post(this.next).then(async (reply) => (reply.url ? { url: reply.url, html: await get(reply.url) } : null)).catch(() => null);
    }
    return this.#ready;
  }

  async submit() {
    if (this.#busy) return true;
    this.#busy = true;
    const button = byId("submit");
    button.setAttribute("aria-busy", "true");
    try {
      await this.saver.settled();
      // The key makes a repeated request harmless; another answer is another submission.
      const answer = this.state.answer;
      if (this.sent !== answer) { this.sent = answer; this.submission = randomKey(); }
      const reply = await post(`${this.base}/submit`, { version: this.saver.version, answer, key: this.submission });
      this.saver.finish();
      this.#remember();
      await this.#go(reply.url);
    } catch (error) {
      if (error instanceof Refused && error.body.problems) {
        this.form.problems(error.body.problems, true);
        byId("problems").querySelector("button")?.focus();
      } else if (error instanceof Refused && error.body.answer) {
        this.saver.conflict(error.body, this.state.answer);
      } else {
        await this.saver.now();
        showBanner(`Not submitted: ${error.message}. What you entered is kept; try again.`, "bad", [["Try again", () => this.submit()]]);
      }
    } finally {
      this.#busy = false;
      button.removeAttribute("aria-busy");
    }
    return true;
  }

  /** Offer to take back what was submitted just before; also behind a page load. */
  offerUndo() {
    let base = null;
    try {
      const [at, where] = (sessionStorage.getItem(SUBMITTED) || "").split(" ");
      if (Date.now() - Number(at) < 5 * UNDO_SHOWN_MS) base = where;
      sessionStorage.removeItem(SUBMITTED);
    } catch { /* then My judgments offers it */ }
    if (!base) return;
    const failed = (error) => showBanner(`It could not be taken back: ${error.message}.`, "bad", [["Close", () => {}]]);
    const back = () => post(`${base}/reopen`).then((reply) => location.assign(reply.url), failed);
    showBanner("Submitted.", "good", [["Undo", back]]);
    setTimeout(() => { if (byId("banner")?.textContent.startsWith("Submitted.")) showBanner(""); }, UNDO_SHOWN_MS);
  }

  #remember() {
    try { sessionStorage.setItem(SUBMITTED, `${Date.now()} ${this.base}`); } catch { /* as above */ }
  }

  ask(kind) {
    if (kind === "skip" && !byId("skip")) return false;
    const expert = kind === "expert";
    byId("leave").dataset.kind = kind;
    byId("leave-h").textContent = expert ? "Send to an expert" : "Skip this item";
    byId("leave-say").textContent = expert ? "It leaves your queue; say what an expert should look at." : "What you entered is kept. The item comes back to you later.";
    byId("leave-reasons").hidden = expert;
    byId("leave-go").textContent = expert ? "Send" : "Skip";
    byId("leave-problem").hidden = true;
    byId("leave").showModal();
    (expert ? byId("leave-note") : document.querySelector("#leave-reasons input:checked"))?.focus();
    return true;
  }

  async #leave() {
    const kind = byId("leave").dataset.kind;
    const note = byId("leave-note").value.trim();
    const reason = document.querySelector("#leave-reasons input:checked")?.value || "";
    const problem = (text) => { byId("leave-problem").textContent = text; byId("leave-problem").hidden = false; };
    if (kind === "expert" && !note) { problem("Say what an expert should look at."); byId("leave-note").focus(); return; }
    try {
      await this.saver.now();
      const reply = await post(`${this.base}/${kind}`, kind === "skip" ? { reason, note } : { note });
      this.saver.finish();
      byId("leave").close();
      await this.#go(reply.url);
    } catch (error) {
      problem(`${error.message}. Nothing is lost; try again.`);
    }
  }

  async #go(url) {
    const ready = await Promise.race([this.#ready, new Promise((done) => setTimeout(() => done(null), 50))]);
    if (ready && (!url || ready.url === url)) this.go(ready.url, ready.html);
    else location.assign(url || "/");
  }
}

// randomUUID exists only where TLS is.
const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
