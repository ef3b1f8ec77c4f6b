"""Pictures of the review desk: ``PYTHONPATH=. python scripts/desk_pictures.py [--all DIR]``.

Runs some of the bundled responses, makes a project of them, serves it and takes the four pictures
of docs/images. ``--all`` instead takes every page at two widths, light and dark, and at 200 % zoom,
to be looked at. ``--home`` keeps the run for the next time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from harness.demo.browser import open_browser
from tests.conftest import ROOT
from tests.review.crowd import Served
from tests.review.keyboard import Trainer

SLUG = "bundled"
TASKS = (
    "py-merge-intervals", "js-roman-numerals", "cpp-spiral-matrix", "cs-invoice-totals",
    "sql-unread-books", "html-shopping-list",
)  # fmt: skip
WHY = "B loses a slot that lies within the one before: [[1, 10], [2, 3]] gives [[1, 3]]."
MOST_BYTES = 250_000


@dataclass(frozen=True)
class Look:
    """How a page is looked at. zoom: of the browser, which makes its window that much smaller."""

    width: int = 1440
    height: int = 900
    dark: bool = False
    zoom: int = 1

    @property
    def name(self) -> str:
        """For files."""
        return (
            f"{self.width}{'-dark' if self.dark else ''}{f'-x{self.zoom}' if self.zoom > 1 else ''}"
        )


LOOKS = (Look(), Look(1280, 800, dark=True), Look(dark=True), Look(1280, 800), Look(zoom=2))


class Studio:
    """A served project and a browser."""

    def __init__(self, browser: Browser, address: str, cookie: str) -> None:
        self._browser = browser
        self._address = address
        self._cookie = cookie

    @contextmanager
    def page(self, look: Look) -> Iterator[Page]:
        """A page of one's own."""
        context = self._browser.new_context(
            viewport={"width": look.width // look.zoom, "height": look.height // look.zoom},
            device_scale_factor=look.zoom,
            color_scheme="dark" if look.dark else "light",
        )
        session = {"name": "review_session", "value": self._cookie, "url": self._address}
        context.add_cookies([session])
        yield context.new_page()
        context.close()

    def go(self, page: Page, path: str) -> Page:
        """Open a page of the server."""
        page.goto(self._address + path)
        return page


def prepare(home: Path) -> None:
    """A store with a run and a project, if the home has none."""
    if (home / "store.sqlite3").exists():
        return
    tasks = home / "tasks"
    for name in TASKS:
        shutil.copytree(ROOT / "tasks" / name, tasks / name)
    harness(home, "run", str(tasks), "--out", str(home / "run"), "--no-report")
    options = ("--policy", "all", "--max-per-task", "4", "--title", "Bundled tasks", "--minutes=6")
    harness(home, "review", "init", SLUG, "--from-run", str(home / "run"), *options)


def harness(home: Path, *arguments: str) -> None:
    """The command, in that home."""
    environment = {
        **os.environ, "HARNESS_HOME": str(home), "PYTHONPATH": str(ROOT),
        "HARNESS_STORE_URL": f"sqlite:///{home}/store.sqlite3",
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "harness", *arguments], env=environment, check=True)


def claim(studio: Studio, look: Look, wanted: str) -> str:
    """The path of the desk of an item of a task; items before it are put off."""
    with studio.page(look) as page:
        studio.go(page, f"/projects/{SLUG}")
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/desk/**")
        while wanted not in page.locator(".title").inner_text():
            before = page.url
            page.locator("#skip").click()
            page.locator("#leave-go").click()
            expect(page).not_to_have_url(before)
            expect(page.locator("#left")).not_to_be_empty()
        return "/desk/" + page.url.rsplit("/", 1)[-1]


def half_judged(page: Page) -> None:
    """As a desk looks in the middle of the work."""
    expect(page.locator("#left")).not_to_be_empty()
    trainer = Trainer(page)
    page.keyboard.press("2")
    page.keyboard.press("c")
    for digit in "4140":
        page.keyboard.press(digit)
    page.keyboard.press("w")
    page.locator("#why").fill(WHY)
    page.keyboard.press("Escape")
    for key in ("a", *["ArrowDown"] * 4, "m"):
        page.keyboard.press(key)
    trainer.tab_to("e.tagName === 'TEXTAREA'")
    page.keyboard.type("a slot that only touches the last one stays apart")
    page.keyboard.press("Enter")
    page.locator("#main").focus()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    if page.locator("#reveal").count():
        page.keyboard.press("f")


def picture(page: Page, file: Path) -> None:
    """A PNG of few colours; a picture that is too large is an error."""
    page.screenshot(path=file, animations="disabled", caret="hide")
    if shutil.which("pngquant"):
        subprocess.run(
            ["pngquant", "--force", "--skip-if-larger", "--output", file, file], check=False
        )
    if file.stat().st_size > MOST_BYTES:
        sys.exit(f"{file} has {file.stat().st_size:,} bytes, more than {MOST_BYTES:,}")


def four(studio: Studio, folder: Path) -> None:
    """The pictures of the documentation."""
    light = claim(studio, Look(), "Merge booked")
    with studio.page(Look()) as page:
        studio.go(page, light)
        half_judged(page)
        picture(page, folder / "desk.png")
    with studio.page(Look(dark=True)) as page:
        studio.go(page, light)
        expect(page.locator("#left")).not_to_be_empty()
        page.keyboard.press("d")
        expect(page.locator("#diff-body table")).to_be_visible()
        picture(page, folder / "desk-dark.png")
        studio.go(page, f"/manage/{SLUG}")
        picture(page, folder / "desk-manage.png")
    html = claim(studio, Look(), "HTML")
    with studio.page(Look()) as page:
        studio.go(page, html)
        expect(page.locator("#left")).not_to_be_empty()
        for letter in "AB":
            page.locator(f'#response-{letter} [data-tab="page"]').click()
        live = page.locator("[data-live]").first
        live.click()
        page.wait_for_timeout(800)
        picture(page, folder / "desk-html.png")


def every(studio: Studio, folder: Path) -> None:
    """Everything there is, to be looked at."""
    python, sql, html = (claim(studio, Look(), one) for one in ("Merge", "SQL", "HTML"))
    with studio.page(Look()) as page:
        half_judged(studio.go(page, python))
    for look in LOOKS:
        with studio.page(look) as page:
            for name, path in {
                "home": "/", "project": f"/projects/{SLUG}", "python": python, "sql": sql,
                "html": html, "history": "/history", "settings": "/settings", "manage": "/manage",
                "manage-project": f"/manage/{SLUG}", "people": "/manage/people",
                "nothing": "/nothing",
            }.items():  # fmt: skip
                studio.go(page, path)
                page.wait_for_timeout(300)
                page.screenshot(path=folder / f"{name}-{look.name}.png")
            studio.go(page, python)
            expect(page.locator("#left")).not_to_be_empty()
            for name, key in {"tests": "", "diff": "d", "keys": "?", "skip": "s"}.items():
                if key:
                    page.keyboard.press(key)
                else:
                    page.locator('#response-A [data-tab="tests"]').click()
                page.wait_for_timeout(400)
                page.screenshot(path=folder / f"desk-{name}-{look.name}.png")
                if name == "diff":
                    page.keyboard.press("d")
                if name in {"keys", "skip"}:
                    page.keyboard.press("Escape")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="DIR", help="every page, into this folder")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where the run is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, open_browser() as browser:
        home = options.home or Path(scratch)
        prepare(home)
        server = Served(home, f"sqlite:///{home}/store.sqlite3")
        link = server.start()
        try:
            studio = Studio(browser, server.address, come_in(browser, link))
            if options.all:
                options.all.mkdir(parents=True, exist_ok=True)
                every(studio, options.all)
            else:
                four(studio, ROOT / "docs" / "images")
        finally:
            server.stop()


def come_in(browser: Browser, link: str) -> str:
    """Follow the link; returns the session's cookie."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url("**/")
    (cookie,) = (one for one in context.cookies() if one["name"] == "review_session")
    context.close()
    return cookie["value"]


if __name__ == "__main__":
    main()
