// The diff between two responses: made by the server, escaped there, fetched when first looked at.

import { byId } from "./dom.js";
import { get, parsed } from "./net.js";

export class Diff {
  #shown = "";

  constructor(base, onClose) {
    this.base = base;
    if (!byId("diffs")) return;
    for (const id of ["diff-left", "diff-right"]) byId(id).addEventListener("change", () => this.load());
    for (const id of ["diff-split", "diff-unified"]) {
      byId(id).addEventListener("click", () => {
        for (const one of ["diff-split", "diff-unified"]) byId(one).setAttribute("aria-pressed", String(one === id));
        this.load();
      });
    }
    byId("diff-close").addEventListener("click", onClose);
  }

  async load() {
    const [left, right] = [byId("diff-left").value, byId("diff-right").value];
    const layout = byId("diff-split").getAttribute("aria-pressed") === "true" ? "split" : "unified";
    const wanted = `left=${left}&right=${right}&layout=${layout}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const body = byId("diff-body");
    try {
      const html = await get(`${this.base}/diff?${wanted}`);
      if (wanted !== this.#shown) return;
      const page = parsed(html);
      body.replaceChildren(...page.body.childNodes);
    } catch (error) {
      this.#shown = "";
      body.textContent = `The diff could not be made: ${error.message}. Choose the tab again to retry.`;
    }
  }
}
