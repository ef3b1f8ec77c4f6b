"""Shared by all tests: a home of their own, the corpus, and no silent skips of engine tests."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from harness.demo.browser import open_browser
from harness.errors import NoBrowser

ROOT = Path(__file__).resolve().parents[1]

# Before any test imports settings: tests never touch the user's own store, cache or logs.
_HOME = tempfile.TemporaryDirectory(prefix="harness-tests-", ignore_cleanup_errors=True)
os.environ["HARNESS_HOME"] = _HOME.name


def heed_signals() -> None:
    """What interrupts, interrupts: shells start background jobs with such signals ignored.

    For ``preexec_fn`` of a process that a test will signal.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def corpus_folder() -> Path | None:
    """HARNESS_CORPUS, or ../shared/corpus beside the checkout; None if there is none."""
    folder = Path(os.environ.get("HARNESS_CORPUS") or ROOT.parent / "shared" / "corpus")
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real tasks and responses; skips where it is absent."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("no corpus here (HARNESS_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's own, else the one playwright installed."""
    with ExitStack() as stack:
        try:
            launched = stack.enter_context(open_browser())
        except NoBrowser as error:
            pytest.skip(error.message)
        yield launched


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Soak tests run only when asked for; corpus and root tests skip where they cannot run."""
    if "soak" not in (config.getoption("-m") or ""):
        soak = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=soak)
        items[:] = [item for item in items if item not in soak]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        denied = pytest.mark.skip(reason="needs root: an engine or a file system of its own")
        for item in items:
            if item.get_closest_marker("root"):
                item.add_marker(denied)
    if corpus_folder() is None:
        absent = pytest.mark.skip(reason="no corpus here (HARNESS_CORPUS)")
        for item in items:
            if item.get_closest_marker("corpus"):
                item.add_marker(absent)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under `make test` a test that skips for any reason but a missing corpus or root fails."""
    report = yield
    required = os.environ.get("HARNESS_REQUIRE_ENGINE")
    # A known failure (xfail) ran; pytest calls it skipped too.
    skipped = report.skipped and not hasattr(report, "wasxfail")
    excused = item.get_closest_marker("corpus") or item.get_closest_marker("root")
    if required and skipped and not excused:
        report.outcome = "failed"
        report.longrepr = (
            f"a test was skipped, and this run requires all of them: {report.longrepr}"
        )
    return report
