"""A Chromium for the scripted reviewers, if this machine has one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.errors import NoBrowser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str | None:
    """The system's own browser; None if playwright is to use the one it installed."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium: the system's own, else playwright's. Raises NoBrowser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser(
            "playwright is not installed", fix="pip install 'code-eval-harness[demo]'"
        ) from None
    with sync_playwright() as driver:
        browser = _launched(driver.chromium)
        try:
            yield browser
        finally:
            browser.close()


def _launched(kind: BrowserType) -> Browser:
    from playwright.sync_api import Error

    # Chromium refuses to start its own sandbox as root, where its pages are our own server's.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if as_root else []
    try:
        return kind.launch(executable_path=chromium(), args=arguments)
    except Error as error:
        first = str(error).strip().splitlines()[0]
        raise NoBrowser(
            f"no Chromium could be started: {first}",
            fix="apt-get install chromium, or python -m playwright install chromium",
        ) from error
