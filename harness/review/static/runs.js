// Runs with one's own input, and edit-and-re-run. The server says where runs are started; where it
// says nothing the panel stays hidden.
//
//   POST RUNS {letter, kind: "input" | "edit", input?, code?}  → {id}
//   GET  RUNS/ID/events    server-sent events: {state, place, done, case…}
//   POST RUNS/ID/cancel

import { all } from "./dom.js";

export class Runs {
  constructor(address) {
    this.address = address;
    this.offered = Boolean(address);
    for (const panel of all("[data-runs]")) panel.hidden = true;
  }

  open(kind, letter) {
    return false;
  }
}
