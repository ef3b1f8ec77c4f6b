"""Host programs that building an image needs: run with a time limit, installed if allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import ImageError

Say = Callable[[str], None]
_TAIL_LINES = 30
_APT_S = 900


@dataclass(frozen=True)
class Outcome:
    """How a program ended: exit code (None: out of time) and the end of what it said."""

    code: int | None
    tail: str

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == 0


def run(command: list[str], timeout_s: float, **environment: str) -> Outcome:
    """Run a program to its end, or stop it at ``timeout_s``."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            env={**os.environ, **environment},
        )
    except subprocess.TimeoutExpired:
        return Outcome(None, f"{command[0]} was stopped after {timeout_s:.0f} s")
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return Outcome(done.returncode, "\n".join(said[-_TAIL_LINES:]))


def need(program: str, packages: list[str], say: Say, otherwise: str) -> None:
    """Make sure a program is there; as root on Debian it is installed, said aloud first.

    Raises ImageError, with ``otherwise`` as the fix, where that is not possible.
    """
    if shutil.which(program):
        return
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (root and shutil.which("apt-get")):
        raise ImageError(f"{program} is needed to build the images and is missing", fix=otherwise)
    say(f"installing {program} with apt-get (root on Debian, not found)")
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"]):
        wanted = packages if arguments[0] == "install" else []
        done = run(["apt-get", *arguments, *wanted], _APT_S, DEBIAN_FRONTEND="noninteractive")
        if not done.ok:
            raise ImageError(f"apt-get {arguments[0]} failed:\n{done.tail}", fix=otherwise)
