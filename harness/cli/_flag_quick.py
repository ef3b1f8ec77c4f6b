"""``harness flag FILE…`` without an option: answered before the command line is even built.

An editor asks for one file at a time, and most of its wait would be for modules that only other
commands need.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

BROKEN_PIPE = 1


def files_of(arguments: list[str]) -> list[Path] | None:
    """The files asked about; None if there is anything else to consider, or to complain about."""
    if arguments[:1] != ["flag"] or any(name.startswith("-") for name in arguments):
        return None
    files = [Path(name) for name in arguments[1:]]
    return files if all(file.exists() for file in files) and not _has_settings() else None


def _has_settings() -> bool:
    """Whether rules may be switched off by settings."""
    return "HARNESS_DISABLED_RULES" in os.environ or Path("harness.toml").exists()


def flag_files(files: list[Path]) -> int:
    """Print flags of the files; the exit code. Raises InputError."""
    from harness.cli._flag_show import show
    from harness.flags.engine import Options
    from harness.flags.files import flag_files as flagged

    try:
        return show(flagged(files, None, Options(comments=True)), "text", "never")
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
