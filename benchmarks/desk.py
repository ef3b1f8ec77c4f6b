"""How fast the review desk is under load: ``python -m benchmarks.desk [sqlite|postgresql…]``.

The real server process, a hundred trainers at once, each saving every 5 s and submitting every
30 s, for three minutes; then as many for one minute more beside a browser in which items are judged
with the keyboard. Times are the server's own (``Server-Timing``: from a request's arrival to the
answer's first byte) and, for the way to the next item, the browser's: from Ctrl+Enter until the
next item is drawn and can be judged. The trainers run on the same machine and take CPU of it too.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from benchmarks._common import machine, publish_table, scratch
from harness.demo.browser import open_browser
from tests.review.crowd import HOST, SLUG, Notes, Pace, Served, crowd, faults, p95, served, stock
from tests.review.keyboard import Trainer, planned
from tests.store.cluster import cluster, new_database

WANTED_MS = {"page": 150.0, "autosave": 60.0}
NEXT_MS = 200.0
ITEMS_IN_BROWSER = 20
BESIDE_S = 60.0
Line = tuple[object, ...]

# Until the next item's form is filled and a frame of it is drawn, even if it was a new page.
_WATCH = """
const look = () => {
  const begun = JSON.parse(sessionStorage.getItem("begun"));
  const there = location.pathname !== begun.from && document.querySelector("#left")?.textContent;
  if (!there) { requestAnimationFrame(look); return; }
  requestAnimationFrame(() => sessionStorage.setItem("took", Date.now() - begun.at));
};
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey) return;
  sessionStorage.removeItem("took");
  sessionStorage.setItem("begun", JSON.stringify({ at: Date.now(), from: location.pathname }));
  look();
}, true);
if (sessionStorage.getItem("begun") && !sessionStorage.getItem("took")) look();
"""
_TOOK = "sessionStorage.getItem('took')"


@dataclass(frozen=True)
class Options:
    """How much load, and for how long."""

    people: int
    lasts_s: float


def measure(name: str, url: str, home: Path, options: Options) -> list[Line]:
    """The rows of one database. Ends the benchmark where anything was lost or failed."""
    items = options.people * (int((options.lasts_s + BESIDE_S) / 30) + 4) + 3 * ITEMS_IN_BROWSER
    *sessions, own = stock(url, options.people + 1, items)
    with served(home, url) as server:
        before_s = server.cpu_s()
        notes, trainers = crowd(server.port, sessions, Pace(), options.lasts_s)
        for one in trainers:
            one.join()
        share = (server.cpu_s() - before_s) / options.lasts_s
        check(url, notes)
        alone_ms = to_next_ms(server, own)
        beside, trainers = crowd(server.port, sessions, Pace(), BESIDE_S)
        time.sleep(BESIDE_S / 4)
        among_ms = to_next_ms(server, own)
        for one in trainers:
            one.join()
        check(url, beside)
    lines = [line(name, what, notes) for what in sorted(notes.server_ms)]
    lines.append(row(name, "to the next item, in a browser, alone", alone_ms, None, NEXT_MS))
    who = f"to the next item, in a browser, among {options.people}"
    lines.append(row(name, who, among_ms, None, NEXT_MS))
    load = f"{os.getloadavg()[2]:.1f}"
    busy = (
        f"CPU of the server ({100 * share:.0f} % of one; load of the machine, 15 minutes: {load})"
    )
    lines.append((name, busy, "", "", "", "", "", "", ""))
    return lines


def check(url: str, notes: Notes) -> None:
    """Stop where a request failed or the store is not as it was acknowledged."""
    wrong = [*notes.troubles, *faults(url, notes)]
    wrong += [f"status {status}" for _, status in notes.statuses if status != 200]
    if wrong or notes.unanswered:
        sys.exit(f"{notes.unanswered} unanswered; {wrong[:10]}")


def line(name: str, what: str, notes: Notes) -> Line:
    """One kind of request."""
    seen = p95(notes.client_ms[what])
    return row(name, what, notes.server_ms[what], seen, WANTED_MS.get(what))


def row(name: str, what: str, ms: list[float], seen: float | None, wanted: float | None) -> Line:
    """A line of the table."""
    ordered = sorted(ms)
    high = p95(ms)
    return (
        name, what, f"{len(ms):,}", f"{ordered[len(ordered) // 2]:.0f}", f"{high:.0f}",
        f"{ordered[-1]:.0f}", "–" if seen is None else f"{seen:.0f}",
        "–" if wanted is None else f"≤ {wanted:.0f}",
        "–" if wanted is None else ("yes" if high <= wanted else "no"),
    )  # fmt: skip


def to_next_ms(server: Served, session: str) -> list[float]:
    """Judge items with the keyboard; how long each took from submitting to the next one."""
    with opened(server, session) as page:
        trainer = Trainer(page)
        found = []
        for number in range(ITEMS_IN_BROWSER):
            trainer.judge(planned(number))
            # Whoever judges takes longer than the next item needs to be fetched ahead.
            page.wait_for_timeout(1_500)
            trainer.submit()
            trainer.ready()
            # Not by waiting for a condition: the page's policy forbids what that needs.
            while page.evaluate(_TOOK) is None:
                page.wait_for_timeout(20)
            found.append(float(page.evaluate(_TOOK)))
        return found


@contextmanager
def opened(server: Served, session: str) -> Iterator[Page]:
    """The desk in a browser of its own."""
    with open_browser() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "review_session", "value": session, "url": server.address}])
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.goto(f"{server.address}/projects/{SLUG}")
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/desk/**")
        expect(page.locator("#left")).not_to_be_empty()
        yield page


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database that syncs what it commits."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/store.sqlite3"
        return
    with cluster(fsync=True) as socket:
        yield new_database(socket)


def main() -> None:
    """Measure the databases asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    known = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    parser.add_argument("databases", nargs="*", default=list(known), metavar="|".join(known))
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    options = parser.parse_args()
    lines: list[Line] = []
    for kind in options.databases:
        with scratch() as folder, database(kind, folder) as url:
            lines += measure(known[kind], url, folder, Options(options.people, options.seconds))
    headings = (
        "store", "what", "n", "median ms", "p95 ms", "max ms", "p95 ms at the client", "wanted",
        "as wanted",
    )  # fmt: skip
    about = (
        f"Machine: {machine()}. {options.people} trainers at {HOST} for {options.seconds:.0f} s."
    )
    publish_table("desk", headings, lines, about=about, keys=(0, 1), update=options.update)
    sys.exit(any(one[-1] == "no" for one in lines))


if __name__ == "__main__":
    main()
