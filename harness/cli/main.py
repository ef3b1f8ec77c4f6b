"""The ``harness`` command and the one place where errors become messages and exit codes.

Exit codes: 0 ok, 1 bad input or store, 2 usage, 3 bug (traceback in a log file), 4 sandbox,
130 interrupted.
"""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

import harness.cli
from harness import __version__
from harness.errors import HarnessError

BUG = 3
DISK_FULL = 1
INTERRUPTED = 130
HELP_COLUMNS = 100
# As one needs them; a command that is not named here follows in the order of the alphabet.
ORDER = ("demo", "doctor", "images", "tasks", "flag", "run", "report", "rubrics")
ABOUT = "Run AI-written code in Docker sandboxes and say, case by case, whether it is right."


class _Commands(TyperGroup):
    """Lists the commands in ``ORDER``."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        place = {name: number for number, name in enumerate(ORDER)}
        return sorted(self.commands, key=lambda name: (place.get(name, len(ORDER)), name))


def build_app() -> typer.Typer:
    """The application with the commands of every module in this package."""
    app = typer.Typer(
        name="harness",
        cls=_Commands,
        help=ABOUT,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        # Rich would box the help, break its paragraphs and swallow what stands in brackets.
        rich_markup_mode=None,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": HELP_COLUMNS,
        },
    )
    app.callback()(_root)
    for info in pkgutil.iter_modules(harness.cli.__path__):
        if info.name != "main" and not info.name.startswith("_"):
            importlib.import_module(f"harness.cli.{info.name}").register(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"harness {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Options that come before any command."""


def main() -> None:
    """Entry point of the console script; never returns."""
    _end_like_ctrl_c()
    sys.exit(_run())


def _end_like_ctrl_c() -> None:
    """A run asked to end, or whose terminal is closed, removes its containers first."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup asks to ignore the terminal's end.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def _run() -> int:
    try:
        build_app()()
    except SystemExit as stop:
        return _exit_code(stop)
    except HarnessError as error:
        _complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
    except OSError as error:
        return _disk_full(error) if error.errno == errno.ENOSPC else _bug(error)
    except Exception as error:  # noqa: BLE001 - the single catch point
        return _bug(error)
    return 0


def _exit_code(stop: SystemExit) -> int:
    code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else BUG
    return _interrupted() if code == INTERRUPTED else code


def _interrupted() -> int:
    _complain("interrupted")
    return INTERRUPTED


def _disk_full(error: OSError) -> int:
    place = f" (writing {error.filename})" if error.filename else ""
    _complain(
        f"the disk is full{place}\n"
        "  fix: free some space (harness images prune, docker system prune), then run it again"
    )
    return DISK_FULL


def _complain(text: str) -> None:
    try:
        typer.echo(f"harness: {text}", err=True)
    except OSError:  # stderr is gone; the exit code still tells
        return


def _bug(error: Exception) -> int:
    """Everything nobody foresaw: the traceback goes to a file, one line to the person."""
    file = _write_log(error)
    summary = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no message"
    _complain(
        f"a bug in the harness: {type(error).__name__}: {summary}\n"
        f"  the traceback is in {file}; please report it"
    )
    return BUG


def _write_log(error: Exception) -> Path:
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    text = (
        f"harness {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n"
        f"command: {sys.argv}\n\n" + "".join(traceback.format_exception(error))
    )
    for folder in (_logs_folder, _temporary_folder):
        try:
            file = folder() / name
            file.write_text(text, encoding="utf-8")
        except (OSError, HarnessError):  # e.g. the bug is in the settings, or the disk is full
            continue
        return file
    sys.stderr.write(text)
    return Path("the lines above")


def _logs_folder() -> Path:
    from harness.settings import load_settings

    folder = load_settings().home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir())
