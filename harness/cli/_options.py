"""Options that several commands share."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from harness.models import Language
    from harness.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
FormatName = Annotated[
    str | None,
    typer.Option("--format", metavar="F", help="Format of the files; told from them if left out."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, help="Sandboxes at work at once; one per CPU if left out."
    ),
]
Isolation = Annotated[
    str | None,
    typer.Option(
        "--isolation",
        metavar="warm|fresh",
        help="Reuse a container once it is cleaned and checked, or take a new one for every job.",
    ),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="S",
        help="CPU seconds a case may use (wall time: 4 times that); a task's own limits win.",
    ),
]
MemoryLimit = Annotated[
    int | None,
    typer.Option(
        "--memory-limit",
        metavar="MB",
        help="MiB a response may use; a task's own limits win.",
        min=64,
    ),
]
Runtime = Annotated[
    str | None,
    typer.Option(
        "--runtime", metavar="NAME", help="OCI runtime the engine knows, such as runsc (gVisor)."
    ),
]
Examples = Annotated[
    bool | None,
    typer.Option(
        "--examples/--no-examples",
        help="Run the prompt's own examples beside the tests (done unless a setting says no); "
        "a failed one is a flag, never a verdict.",
    ),
]

Flags = Annotated[
    bool | None,
    typer.Option(
        "--flags/--no-flags",
        help="Look for likely errors in the code (done unless a setting says no).",
    ),
]

WALL_FACTOR = 4.0


def settings_with(
    workers: int | None = None,
    isolation: str | None = None,
    time_limit_s: float | None = None,
    memory_limit_mb: int | None = None,
    runtime: str | None = None,
    *,
    examples: bool | None = None,
    flags: bool | None = None,
) -> Settings:
    """Settings from file and environment, then these flags. Raises UsageError."""
    from harness.errors import UsageError
    from harness.settings import load_settings

    if isolation not in (None, "warm", "fresh"):
        raise UsageError(f"--isolation {isolation}: choose warm or fresh")
    if time_limit_s is not None and time_limit_s <= 0:
        raise UsageError("--time-limit must be above zero")
    settings = load_settings()
    limits = settings.limits
    if time_limit_s is not None:
        wall_s = time_limit_s * WALL_FACTOR
        limits = limits.model_copy(update={"cpu_s": time_limit_s, "wall_s": wall_s})
    if memory_limit_mb is not None:
        limits = limits.model_copy(update={"memory_mb": memory_limit_mb})
    chosen = {
        "workers": workers, "isolation": isolation, "runtime": runtime, "examples": examples,
        "flags": flags,
    }  # fmt: skip
    given = {key: value for key, value in chosen.items() if value is not None}
    return settings.model_copy(update={**given, "limits": limits})


def language(name: str | None) -> Language | None:
    """The language of a name. Raises UsageError."""
    from harness.errors import UsageError
    from harness.models import Language

    if name is None:
        return None
    if name not in set(Language):
        known = ", ".join(Language)
        raise UsageError(f"--language {name} is not known", fix=f"use one of {known}")
    return Language(name)


def task_format(name: str | None) -> str | None:
    """--format names the format of both files where one reader reads both."""
    from harness.intake import readers

    if name is None or (name in readers() and readers()[name].tasks is not None):
        return name
    return None


def existing(path: Path) -> Path:
    """The path, if there is something. Raises InputError."""
    from harness.errors import InputError

    if not path.exists():
        raise InputError("no such file or folder", file=path, fix="check the path")
    return path


def console() -> Console:
    """Standard output; 100 columns where no terminal says otherwise."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=100)


def writable_folder(path: Path, name: str) -> Path:
    """The folder, made if it is not there. Raises InputError before anything else is done."""
    from harness.errors import InputError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        reason = "is a file" if path.is_file() else error.strerror
        raise InputError(
            f"cannot be a folder to write to: {reason}", file=path, fix=f"choose another {name}"
        ) from error
    if not os.access(path, os.W_OK):
        raise InputError("cannot be written to", file=path, fix=f"choose another {name}")
    return path
