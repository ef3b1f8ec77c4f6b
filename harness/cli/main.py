"""The ``harness`` command.

``harness flag --resident`` has its answer from a process that is ready, within milliseconds: until
that is settled nothing may be imported here that takes any.
"""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False  # importing typing takes two milliseconds
if TYPE_CHECKING:
    from typer import Typer

RESIDENT = "--resident"


def build_app() -> Typer:
    """The application with the commands of every module in this package."""
    from harness.cli._app import build_app as build

    return build()


def main() -> None:
    """Entry point of the console script; never returns."""
    if RESIDENT in sys.argv:
        from harness.cli import _resident

        _resident.answer_or_return()
    # Cycles are rare in what commands hold, and what they import is none: it is looked for seldom.
    gc.set_threshold(20_000, 50, 50)
    from harness.cli._catch import caught, end_like_ctrl_c

    end_like_ctrl_c()
    sys.exit(caught(command))


def command() -> int:
    """Do what the arguments say; the exit code."""
    from harness.cli import _flag_quick

    files = _flag_quick.files_of(sys.argv[1:])
    if files:
        return _flag_quick.flag_files(files)
    build_app()()
    return 0
