// Active time. Reading without touching anything is work; a hidden page or a long silence is not
// counted until one says "still here".

import { byId, clockText } from "./dom.js";
import { post } from "./net.js";
import { showBanner } from "./save.js";

const BEAT_S = 15;

export class Clock {
  #timers = [];
  #control = new AbortController();

  constructor(base, seconds, idleS) {
    this.base = base;
    this.active = seconds;
    this.idleS = idleS;
    this.paused = false;
    this.asked = false;
    this.touched = Date.now();
    this.last = Date.now();
    const signal = this.#control.signal;
    for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "scroll"]) addEventListener(name, () => this.#touch(), { passive: true, capture: true, signal });
    byId("pause").addEventListener("click", () => this.toggle(), { signal });
    document.addEventListener("visibilitychange", () => this.#tick(), { signal });
    this.#timers = [setInterval(() => this.#tick(), 1000), setInterval(() => this.beat(), BEAT_S * 1000)];
    this.#tick();
    this.beat(true);
  }

  close() {
    this.#control.abort();
    this.#timers.forEach(clearInterval);
  }

  toggle() {
    this.#tick();
    this.paused = !this.paused;
    const button = byId("pause");
    button.setAttribute("aria-pressed", String(this.paused));
    button.textContent = this.paused ? "▶" : "❚❚";
    button.setAttribute("aria-label", this.paused ? "Go on" : "Pause the clock");
    button.title = button.getAttribute("aria-label");
    this.beat();
    return true;
  }

  get presence() {
    if (this.paused) return "paused";
    return document.hidden || this.asked ? "idle" : "active";
  }

  beat(opening = false) {
    post(`${this.base}/heartbeat`, { presence: this.presence, opening }).then((reply) => this.#heard(reply.state), () => { /* the next one tells */ });
  }

  #heard(state) {
    if (state !== "expired" || this.told) return;
    this.told = true;
    showBanner("You were away for long, so this item was given to someone else as well. What you entered is kept, and you can still submit it.", "good");
  }

  #touch() {
    this.touched = Date.now();
    if (this.asked) {
      this.asked = false;
      showBanner("");
      this.beat();
    }
  }

  #tick() {
    const now = Date.now();
    const passed = (now - this.last) / 1000;
    this.last = now;
    // A laptop that slept was not reading.
    if (this.presence === "active" && passed < 60) this.active += passed;
    byId("clock").textContent = clockText(this.active);
    if (!this.asked && !this.paused && now - this.touched > this.idleS * 1000) {
      this.asked = true;
      this.beat();
      showBanner("Still working on this item? The clock waits until you touch anything. Nothing is lost.", "good");
    }
  }
}
