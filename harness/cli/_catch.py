"""The one place where errors become messages and exit codes.

Exit codes: 0 ok, 1 bad input or store, 2 usage, 3 bug (traceback in a log file), 4 sandbox,
130 interrupted.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from harness import __version__
from harness.errors import HarnessError

BUG = 3
DISK_FULL = 1
INTERRUPTED = 130


def end_like_ctrl_c() -> None:
    """A run asked to end, or whose terminal is closed, removes its containers first."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup asks to ignore the terminal's end.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def caught(command: Callable[[], int]) -> int:
    """The exit code of a command; what it raises is told to the person."""
    try:
        return command()
    except SystemExit as stop:
        return _exit_code(stop)
    except HarnessError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return interrupted()
    except OSError as error:
        return _disk_full(error) if error.errno == errno.ENOSPC else _bug(error)
    except Exception as error:  # noqa: BLE001 - the single catch point
        return _bug(error)


def _exit_code(stop: SystemExit) -> int:
    code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else BUG
    return interrupted() if code == INTERRUPTED else code


def interrupted() -> int:
    """Say so; the exit code."""
    complain("interrupted")
    return INTERRUPTED


def _disk_full(error: OSError) -> int:
    place = f" (writing {error.filename})" if error.filename else ""
    complain(
        f"the disk is full{place}\n"
        "  fix: free some space (harness images prune, docker system prune), then run it again"
    )
    return DISK_FULL


def complain(text: str) -> None:
    """A line on stderr in the harness's name."""
    try:
        print(f"harness: {text}", file=sys.stderr, flush=True)
    except OSError:  # stderr is gone; the exit code still tells
        return


def _bug(error: Exception) -> int:
    """Everything nobody foresaw: the traceback goes to a file, one line to the person."""
    file = _write_log(error)
    summary = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no message"
    complain(
        f"a bug in the harness: {type(error).__name__}: {summary}\n"
        f"  the traceback is in {file}; please report it"
    )
    return BUG


def _write_log(error: Exception) -> Path:
    import time
    import traceback

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
    import tempfile

    return Path(tempfile.gettempdir())
