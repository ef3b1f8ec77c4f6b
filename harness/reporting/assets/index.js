"use strict";
// The table of responses: filters live in the URL hash, so a link is a view. Everything from
// the data block reaches the page through textContent, never as markup.
(() => {
  const STEP = 50;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const form = byId("filters");
  const body = document.querySelector("#rows tbody");
  const verdictNames = data.verdicts.map((v) => v[0]);
  const rows = data.rows.map((r, order) => {
    const [model, language] = data.groups[r[3]];
    return {
      order, page: r[0], id: r[1], task: r[2], model, language, verdict: r[4], ok: r[5], cases: r[6],
      cpu: r[7], wall: r[8], flags: r[9], message: r[10],
      text: `${r[1]} ${data.tasks[r[2]]} ${r[10]}`.toLowerCase(),
    };
  });
  const present = [...new Set(data.groups.map((g) => g[1]))];
  const keys = {
    v: (r) => r.verdict, r: (r) => r.id, t: (r) => data.tasks[r.task], m: (r) => data.models[r.model],
    l: (r) => r.language, c: (r) => (r.cases ? r.ok / r.cases : -1), u: (r) => r.cpu, w: (r) => r.wall, f: (r) => r.flags,
  };
  const collator = new Intl.Collator(undefined, { numeric: true });
  const order = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));
  let shown = STEP;
  let found = [];

  const duration = (s) =>
    s < 0.00995 ? `${(s * 1000).toFixed(1)} ms` : s < 0.9995 ? `${(s * 1000).toFixed(0)} ms` : s < 59.995 ? `${s.toFixed(s < 9.995 ? 2 : 1)} s` : `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s`;
  const make = (tag, text, css) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (css) node.className = css;
    return node;
  };
  // Ids and names often differ only at their ends.
  const middle = (text, limit) => {
    const letters = [...text];
    const tail = Math.round(limit * 0.65);
    return letters.length <= limit ? text : `${letters.slice(0, limit - tail - 1).join("")}…${letters.slice(-tail).join("")}`;
  };
  const many = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

  const state = () => {
    const hash = location.hash.slice(1);
    const params = new URLSearchParams(hash.includes("=") ? hash : "");
    if (![...params.keys()].some((k) => "vlmtqw".includes(k))) params.set("v", "fail");
    return params;
  };

  const matches = (params) => {
    const [v, l, m, t] = ["v", "l", "m", "t"].map((k) => params.get(k));
    const words = (params.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const [low, high] = (params.get("w") || "").split(/(?<=\d)-/).map(Number);
    const passed = verdictNames.indexOf("passed");
    return rows.filter((r) =>
      (!v || v === "all" || (v === "fail" ? r.verdict !== passed : verdictNames[r.verdict] === v)) &&
      (!l || r.language === l) && (!m || r.model === Number(m)) && (!t || r.task === Number(t)) &&
      (!(high > 0) || ((r.wall >= low * 0.9999 || low <= 0.0005) && r.wall < high)) &&
      words.every((word) => r.text.includes(word)));
  };

  const sorted = (list, params) => {
    const key = keys[params.get("s")];
    if (!key) return list;
    const sign = params.get("d") === "desc" ? -1 : 1;
    return list.sort((a, b) => sign * order(key(a), key(b)) || a.order - b.order);
  };

  const rowNode = (r) => {
    const tr = make("tr");
    const [name, icon, word] = data.verdicts[r.verdict];
    const badge = make("span", undefined, `badge v-${name}`);
    const sign = make("span", icon);
    sign.setAttribute("aria-hidden", "true");
    badge.append(sign, ` ${word}`);
    const cell = (content, css) => {
      const td = make("td", typeof content === "string" ? content : undefined, css);
      if (typeof content !== "string") td.append(content);
      tr.append(td);
      return td;
    };
    const isolated = (text, limit) => {
      const node = make("bdi", limit ? middle(text, limit) : text);
      node.title = text;
      return node;
    };
    cell(badge);
    let id = isolated(r.id || "(no id)", 30);
    if (r.page) {
      const link = make("a");
      link.href = `responses/${r.page}.html`;
      link.append(id);
      id = link;
    }
    cell(id, "id");
    cell(isolated(data.tasks[r.task], 26), "id");
    cell(isolated(data.models[r.model], 26), "id").hidden = data.models.length < 2;
    cell(data.languages[r.language]).hidden = present.length < 2;
    cell(r.cases ? `${r.ok}/${r.cases}` : "–", "n");
    cell(duration(r.cpu), "n");
    cell(duration(r.wall), "n");
    cell(data.flagsLeftOut ? "–" : r.flags ? `⚑ ${r.flags}` : "0", "n");
    cell(isolated(r.message), "msg");
    return tr;
  };

  const why = (params) => {
    if (!rows.length) return "No response was evaluated, so there is no row to show.";
    if (params.get("v") === "fail" && params.size === 1) return "Every response passed: there is no failure to show. Choose “any” under Verdict to see them all.";
    const cut = data.failuresShown < data.failures || data.passedShown < data.passed;
    return `No row fits these filters${cut ? " among the rows on this page; results.jsonl holds all of them" : ""}. Clear removes them.`;
  };

  const render = () => {
    const params = state();
    found = sorted(matches(params), params);
    for (const name of ["v", "l", "m", "t", "q"]) {
      const field = form.elements[name];
      const value = params.get(name) || (name === "v" ? "all" : "");
      if (field.value !== value) field.value = value;
    }
    const time = params.get("w") ? ", by wall time" : "";
    byId("status").textContent = `${many(found.length, "row")} of ${rows.length.toLocaleString("en")}${time}`;
    body.replaceChildren(...found.slice(0, shown).map(rowNode));
    byId("rows-box").hidden = !found.length;
    byId("none").hidden = !!found.length;
    byId("none").textContent = found.length ? "" : why(params);
    const left = found.length - shown;
    byId("more").hidden = left <= 0;
    byId("more").textContent = `Show ${Math.min(left, STEP)} more of ${many(found.length, "row")}`;
    for (const button of document.querySelectorAll("#rows th button")) {
      const on = button.dataset.s === params.get("s");
      const way = params.get("d") === "desc" ? "descending" : "ascending";
      button.closest("th").setAttribute("aria-sort", on ? way : "none");
    }
  };

  const go = (params) => {
    shown = STEP;
    history.replaceState(null, "", `#${params}`);
    render();
  };
  const change = (name, value) => {
    const params = state();
    if (value) params.set(name, value);
    else params.delete(name);
    go(params);
  };

  const option = (select, value, text) => {
    const node = make("option", text);
    node.value = value;
    select.append(node);
  };
  const fill = (name, entries) => {
    const select = form.elements[name];
    for (const [value, text] of entries) option(select, value, text);
    select.closest("label").hidden = select.options.length < 3 && name !== "v";
  };
  const used = new Set(rows.map((r) => r.verdict));
  fill("v", [["all", "any"], ["fail", "not passed"], ...data.verdicts.filter((_, n) => used.has(n)).map((v) => [v[0], `${v[1]} ${v[2]}`])]);
  fill("l", [["", "any"], ...present.map((l) => [l, data.languages[l]])]);
  const named = (list) => list.map((text, n) => [String(n), text.slice(0, 60)]).sort((a, b) => order(a[1], b[1]));
  fill("m", [["", "any"], ...named(data.models)]);
  fill("t", [["", "any"], ...named(data.tasks)]);

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => change(event.target.name, event.target.value));
  byId("clear").addEventListener("click", () => go(new URLSearchParams("v=all")));
  byId("more").addEventListener("click", () => { shown += STEP; render(); });
  for (const button of document.querySelectorAll("#rows th button")) {
    button.addEventListener("click", () => {
      const params = state();
      const again = params.get("s") === button.dataset.s && params.get("d") !== "desc";
      params.set("s", button.dataset.s);
      params.set("d", again ? "desc" : "asc");
      go(params);
    });
  }

  // A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text.
  const csvCell = (value) => {
    const text = String(value);
    const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = () => [
    ["verdict", "response", "task", "model", "language", "cases_passed", "cases", "cpu_s", "wall_s", "flags", "message"],
    ...found.map((r) => [verdictNames[r.verdict], r.id, data.tasks[r.task], data.models[r.model], r.language, r.ok, r.cases, r.cpu, r.wall, data.flagsLeftOut ? "" : r.flags, r.message]),
  ].map((line) => line.map(csvCell).join(",")).join("\r\n");
  byId("copy").addEventListener("click", async () => {
    const text = csv();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    byId("status").textContent = `${many(found.length, "row")} copied as CSV`;
  });

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const value = (tr, n) => {
      const td = tr.cells[n];
      const text = td.dataset.v ?? td.textContent;
      const number = Number(text.replaceAll(",", ""));
      return text.trim() && !Number.isNaN(number) ? number : text;
    };
    heads.forEach((th, n) => th.querySelector("button")?.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") !== "descending" && th.classList.contains("n");
      const sign = down || th.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const list = [...table.tBodies[0].rows].sort((a, b) => {
        const [x, y] = [value(a, n), value(b, n)];
        return sign * (typeof x === typeof y ? order(x, y) : order(String(x), String(y)));
      });
      table.tBodies[0].append(...list);
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
    }));
  }

  // A figure's link sets the hash; the browser finds no element of that name, so we scroll.
  addEventListener("hashchange", () => {
    if (!location.hash.includes("=")) return;
    shown = STEP;
    render();
    byId("responses").scrollIntoView();
    byId("responses").focus({ preventScroll: true });
  });
  for (const time of document.querySelectorAll("time")) {
    const when = new Date(time.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    time.textContent = when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    time.title = when.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
  }
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
  const cut = [];
  if (data.failuresShown < data.failures) cut.push(`the first ${data.failuresShown.toLocaleString("en")} of ${data.failures.toLocaleString("en")} failures`);
  if (data.passedShown < data.passed) cut.push(`the first ${data.passedShown.toLocaleString("en")} of ${data.passed.toLocaleString("en")} passed responses`);
  byId("capped").hidden = !cut.length;
  byId("capped").textContent = cut.length ? `This page holds ${cut.join(" and ")}; all are in results.jsonl.` : "";
  // A column that says the same in every row is noise.
  document.querySelector("#rows [data-s=m]").closest("th").hidden = data.models.length < 2;
  document.querySelector("#rows [data-s=l]").closest("th").hidden = present.length < 2;
  form.hidden = false;
  render();
  if (location.hash.includes("=")) byId("responses").scrollIntoView();
})();
