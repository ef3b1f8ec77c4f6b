"""Every error the harness raises on purpose.

    HarnessError                exit code 3 unless a subclass says otherwise
    ├── InputError          1   a file, row, option value or task the user gave is wrong
    │   ├── TaskError       1   a task that cannot be evaluated as written
    │   └── RubricError     1   a rubric that cannot be used, with every mistake found in it
    ├── StoreError          1   the store cannot be read, written or upgraded
    ├── ReviewError         1   what a person of review asked for cannot be done
    │   ├── NotFound            it does not exist, or is not theirs to see
    │   ├── Conflict            its state does not allow it, or someone else was first
    │   └── NoBrowser           there is no browser that could be driven
    ├── UsageError          2   options that do not go together
    └── SandboxError        4   the engine, an image or a container failed
        ├── EngineUnavailable   no Docker engine answers
        ├── ImageError          an image is missing or cannot be built
        └── SlotDied            a container ended or broke the protocol mid-job (retried)

A failing *response* is never an exception: it is a verdict.
"""

from __future__ import annotations

from pathlib import Path


class HarnessError(Exception):
    """Base of every deliberate error: a message, an optional place and an optional fix."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.fix = fix

    def __str__(self) -> str:
        place = ""
        if self.file is not None:
            place = f"{self.file}:{self.line}: " if self.line is not None else f"{self.file}: "
        fix = f"\n  fix: {self.fix}" if self.fix else ""
        return f"{place}{self.message}{fix}"


class InputError(HarnessError):
    """Something the user supplied is wrong; names the file, the line and the fix."""

    exit_code = 1


class TaskError(InputError):
    """A task that cannot be evaluated as written (no cases, unknown kind, bad signature)."""


class RubricError(InputError):
    """A rubric that cannot be used; the message holds one ``file:line:column`` per mistake."""


class StoreError(HarnessError):
    """The store cannot be opened, written or upgraded."""

    exit_code = 1


class ReviewError(HarnessError):
    """Something a person of review asked for cannot be done."""

    exit_code = 1


class NotFound(ReviewError):
    """No such thing, or it belongs to someone else: which of the two is not told."""


class Conflict(ReviewError):
    """The state does not allow it, or someone else was first; nothing was changed."""


class NoBrowser(ReviewError):
    """No browser can be started to drive the review desk with."""


class UsageError(HarnessError):
    """Options that contradict each other."""

    exit_code = 2


class SandboxError(HarnessError):
    """The sandbox side failed: engine, image or container. Never the response's fault."""

    exit_code = 4


class EngineUnavailable(SandboxError):
    """No Docker engine answers."""


class ImageError(SandboxError):
    """A sandbox image is missing or failed to build."""


class SlotDied(SandboxError):
    """A container ended, or broke the protocol, in the middle of a job."""

    def __init__(self, message: str, *, oom_killed: bool = False) -> None:
        super().__init__(message)
        self.oom_killed = oom_killed
