"use strict";
// n and p walk the failures; no key acts while typing or with a modifier.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,select,textarea")) return;
  const link = document.getElementById({ n: "next", p: "previous" }[event.key] || "");
  if (link) location.href = link.href;
});
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
});
