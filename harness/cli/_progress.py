"""Progress: one live line on a terminal, a plain line now and then in a pipe."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from harness.models import Verdict

if TYPE_CHECKING:
    from harness.pipeline import RunReport

PLAIN_EVERY_S = 10.0


class RunProgress:
    """Shows a run. ``total`` None: the number of responses is not known ahead."""

    def __init__(self, console: Console, total: int | None) -> None:
        self.console = console
        self.total = total
        self.started = self.said_at = time.monotonic()
        self.bar: Progress | None = None
        if console.is_terminal:
            self.bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
                console=console,
                transient=True,
            )
            self.task = self.bar.add_task("starting", total=total)

    def __enter__(self) -> Self:
        if self.bar is not None:
            self.bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def note(self, text: str) -> None:
        """A line about what is being prepared."""
        self.console.print(text, highlight=False, markup=False)

    def __call__(self, report: RunReport) -> None:
        """Called after every commit."""
        text = self._text(report)
        if self.bar is not None:
            done = report.done + report.resumed
            total = None if self.total is None else max(self.total, done)
            self.bar.update(self.task, completed=done, total=total, description=text)
        elif time.monotonic() - self.said_at >= PLAIN_EVERY_S:
            self.said_at = time.monotonic()
            of = f" of {self.total}" if self.total else ""
            self.note(f"{report.done + report.resumed}{of} responses: {text}")

    def _text(self, report: RunReport) -> str:
        seconds = max(time.monotonic() - self.started, 1e-9)
        counts = report.verdicts
        passed = counts.get(Verdict.PASSED, 0)
        ours = counts.get(Verdict.HARNESS_ERROR, 0)
        other = report.done - passed - ours
        text = f"{report.done / seconds:.1f}/s · {passed} passed · {other} not"
        return text + (f" · {ours} harness errors" if ours else "")
