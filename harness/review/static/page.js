// Pages other than the desk: local times, links to copy, tables that sort, keys that are pressed.

import { all } from "./dom.js";
import { keyOf } from "./keys.js";

for (const time of all("time")) {
  const when = new Date(time.dateTime);
  if (Number.isNaN(when.getTime())) continue;
  time.textContent = when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  time.title = when.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
}

for (const field of all("input[data-key]")) {
  field.addEventListener("keydown", (event) => {
    if (["Tab", "Shift", "Control", "Meta", "Alt", "Escape"].includes(event.key)) return;
    const key = keyOf(event);
    if (event.key === "Backspace" || event.key === "Delete") field.value = "";
    else if (key) field.value = key;
    else return;
    event.preventDefault();
  });
}

const collator = new Intl.Collator(undefined, { numeric: true });
for (const table of all("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, n) => head.querySelector("button")?.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const value = (row) => row.cells[n].dataset.v ?? row.cells[n].textContent;
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * collator.compare(value(a), value(b)));
    table.tBodies[0].append(...rows);
    heads.forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }));
}
