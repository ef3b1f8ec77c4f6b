// The desk: puts the parts together, binds keys to what they do, and goes from item to item.

import { all, byId, say } from "./dom.js";
import { Diff } from "./diff.js";
import { Flags } from "./flags.js";
import { Form } from "./form.js";
import { Keys } from "./keys.js";
import { Leave } from "./leave.js";
import { Marks } from "./marks.js";
import { parsed } from "./net.js";
import { Panes } from "./panes.js";
import { Runs } from "./runs.js";
import { Saver } from "./save.js";
import { State } from "./state.js";
import { Clock } from "./time.js";

const NEARLY_DONE = 2;
let closing = [];

function start() {
  const data = JSON.parse(byId("data").textContent);
  const state = new State(data.answer);
  const form = new Form(byId("judge"), state, data.letters);
  const keys = new Keys(data.keys, data.titles);
  const diff = new Diff(data.base, () => panes.toggleDiff());
  const panes = new Panes(data.letters, (view) => { if (view === "diff") diff.load(); });
  const marks = new Marks({ letters: data.letters, state, panes, severities: data.severities, categories: data.categories, keys });
  const saver = new Saver({ base: data.base, user: data.user, version: data.version, state, onProblems: (list) => { form.problems(list, false); early(list); } });
  // Claimed only when this one is nearly done: an item fetched ahead is one that others cannot have.
  const early = (problems) => { if (problems.length <= NEARLY_DONE) leave.prefetch(); };
  const flags = new Flags({ base: data.base, flags: data.flags, state, marks, saver, keys, ready: (a) => isFirst(a, data.letters) });
  const clock = new Clock(data.base, data.seconds, data.idle_s);
  const leave = new Leave({ base: data.base, state, saver, form, next: data.next, go });
  const runs = new Runs({ base: data.runs, user: data.user, letters: data.letters, panes, keys });
  form.problems(data.problems, false);
  bind({ data, state, form, keys, panes, marks, saver, flags, clock, leave, runs });
  liveViews();
  leave.offerUndo();
  saver.recover();
  early(data.problems);
  closing = [() => runs.close(), () => keys.close(), () => panes.close(), () => clock.close()];
}

/** Whether there is a first judgment that flags could sway: a preference, an order, or a rating. */
function isFirst(answer, letters) {
  if (letters.length === 1) return Object.keys(answer.ratings[letters[0]] || {}).length > 0 || letters[0] in answer.acceptable;
  return answer.preference !== null || answer.ranking.length > 0;
}

function bind({ data, state, form, keys, panes, marks, saver, flags, clock, leave, runs }) {
  for (let step = 1; step <= 7; step += 1) keys.on(`preference_${step}`, () => form.prefer(step - 4));
  keys.on("tie", () => form.prefer(0));
  keys.on("both_bad", () => form.bothBad());
  keys.on("judge", () => form.focusFirst());
  for (const letter of data.letters) keys.on(`focus_${letter.toLowerCase()}`, () => panes.focus(letter));
  const stops = new Stops(panes, flags);
  keys.on("next", () => stops.step(1));
  keys.on("previous", () => stops.step(-1));
  if (data.letters.length > 1) {
    keys.on("diff", () => panes.toggleDiff());
    keys.on("scroll_together", () => panes.scrollTogether());
  }
  keys.on("prompt", () => panes.fold());
  keys.on("guidelines", () => panes.guidelines());
  if (byId("reveal")) keys.on("show_flags", () => flags.reveal());
  keys.on("accept_flag", () => flags.judge("accept"));
  keys.on("reject_flag", () => flags.judge("reject"));
  if (marks.enabled) keys.on("mark", () => marks.open());
  if (runs.offered) {
    keys.on("run", () => runs.open("input", panes.here));
    keys.on("edit", () => runs.open("edit", panes.here));
  }
  if (byId("skip")) keys.on("skip", () => leave.ask("skip"));
  keys.on("expert", () => leave.ask("expert"));
  const undo = () => {
    const what = state.undo();
    say(what ? `undone: ${what}` : "nothing to undo");
  };
  keys.on("undo", undo);
  byId("undo").addEventListener("click", undo);
  keys.on("save", () => { saver.now(); });
  keys.on("submit", () => { leave.submit(); });
  keys.on("pause", () => clock.toggle());
  keys.on("sheet", () => keys.sheet());
  keys.onDigit((target, digit) => form.digit(target, digit));
  for (const action of Object.keys(data.keys)) {
    const [kind, id] = action.split(".");
    const first = (selector) => () => {
      const place = document.querySelector(selector);
      if (!place) return false;
      (place.querySelector(":scope input:checked, :scope input:checked") || place.querySelector("input, textarea"))?.focus();
      return true;
    };
    if (kind === "axis") keys.on(action, first(`[data-axis="${CSS.escape(id)}"]`));
    if (kind === "acceptable") keys.on(action, first('[data-field="acceptable"]'));
    if (kind === "justification") keys.on(action, first('[data-field="justification"]'));
    if (kind === "reason") keys.on(action, () => { document.querySelector(`[name=reason][value="${CSS.escape(id)}"]`)?.click(); });
  }
  for (const [id, action] of [["undo", "undo"], ["pause", "pause"], ["fold", "prompt"], ["skip", "skip"], ["expert", "expert"], ["reveal", "show_flags"]]) {
    const button = byId(id);
    if (button && keys.key(action)) button.title = `${button.title || button.textContent} (${keys.key(action)})`;
  }
  byId("submit").querySelector("kbd").textContent = keys.key("submit");
}

/** The places worth a stop: flags where they are shown, then the cases that did not pass. */
class Stops {
  constructor(panes, flags) {
    this.panes = panes;
    this.flags = flags;
    this.at = -1;
  }

  step(by) {
    const cases = all(".under .case[data-stop]").filter((one) => !one.closest("[hidden]"));
    const flags = this.flags.shown ? this.flags.flags.map((_, n) => () => this.flags.go(n)) : [];
    const stops = [...flags, ...cases.map((one) => () => this.#open(one))];
    if (!stops.length) { say("no flag and no failing case"); return true; }
    this.at = this.at < 0 && by < 0 ? stops.length - 1 : (this.at + by + stops.length) % stops.length;
    for (const one of all(".stop")) one.classList.remove("stop");
    this.flags.at = -1;
    stops[this.at]();
    return true;
  }

  #open(one) {
    const letter = one.closest(".response").dataset.letter;
    const view = this.panes.response(letter).dataset.view || "code";
    this.panes.focus(letter, false);
    this.panes.show(letter, view === "tests" || view === "page" ? "code" : view);
    for (const other of all(".case[data-stop]", one.parentElement)) other.open = other === one;
    one.classList.add("stop");
    one.querySelector("summary").focus({ preventScroll: true });
    one.scrollIntoView({ block: "nearest" });
  }
}

// A page that a response wrote runs only when asked to, in a frame that is nobody's origin.
function liveViews() {
  for (const button of all("[data-live]")) {
    button.addEventListener("click", () => {
      const box = button.closest(".pane").querySelector(".live");
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "allow-scripts");
      frame.title = `Page of response ${button.closest(".response").dataset.letter}`;
      frame.referrerPolicy = "no-referrer";
      frame.src = button.dataset.live;
      box.replaceChildren(frame);
      box.hidden = false;
      button.textContent = "Run it again";
    });
  }
}

/** The next item without a page load: its page is here already. */
function go(url, html) {
  const page = parsed(html);
  const data = page.getElementById("data");
  if (!data || !page.body.classList.contains("desk")) { location.assign(url); return; }
  for (const close of closing) close();
  document.title = page.title;
  document.body.replaceChildren(...page.body.children);
  history.pushState(null, "", url);
  start();
  say(page.querySelector("h1")?.textContent || "next item");
  byId("main").focus({ preventScroll: true });
}

addEventListener("popstate", () => location.reload());
start();
