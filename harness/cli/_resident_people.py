"""``harness flag --resident-status`` and ``--resident-stop``: whoever holds a lock is a server."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from harness._home import home_folder
from harness.cli import _resident as asker

END_S = 5.0


def status() -> str:
    """A line about each resident process of this home."""
    lines = []
    for _, row in servers(home_folder()):
        if "since" not in row:
            lines.append(f"process {row['pid']}: starting")
            continue
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row["since"]))
        lines.append(
            f"process {row['pid']}: since {since}, {row['answers']} answers; "
            f"ends after {row['idle_s']:g} s without a question"
        )
    return "\n".join(lines) or "no resident process"


def stop() -> str:
    """End them, and wait for it."""
    count = 0
    for lock, row in servers(home_folder()):
        count += 1
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(row["pid"]), number)
            if _ends(lock):
                break
    return {0: "no resident process", 1: "1 resident process ended"}.get(
        count, f"{count} resident processes ended"
    )


def servers(home: Path) -> Iterator[tuple[Path, dict[str, float]]]:
    """Lock files of a home that are held, with what their holders wrote into them."""
    folder = home / asker.FOLDER
    for lock in sorted(folder.glob("*.lock")) if asker.is_ours(str(folder)) else ():
        if _is_held(lock):
            with contextlib.suppress(ValueError):  # it has only just taken it
                yield lock, json.loads(lock.read_text("utf-8"))


def _is_held(lock: Path) -> bool:
    import fcntl

    with lock.open("rb") as handle:
        try:
            # Shared, and given back at once: a server that starts meanwhile tries again.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _ends(lock: Path) -> bool:
    until_s = time.monotonic() + END_S
    while _is_held(lock):
        if time.monotonic() > until_s:
            return False
        time.sleep(0.01)
    return True
