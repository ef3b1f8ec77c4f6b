"""A child process that tries out what might exhaust memory, so that this process does not.

The child runs ``serve(answer)`` under an address-space limit. It dies of what is too much, is
started anew for the next question, and ends when its standard input does, however we end.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import HarnessError

if TYPE_CHECKING:
    import subprocess

_HEAD = struct.Struct(">HI")
_READY = b"r"
_ROOT = str(Path(__file__).resolve().parents[1])


@dataclass
class BoundedChild:
    """Asks a child yes-or-no questions; ``code`` is the Python it runs. Safe between threads."""

    code: str
    _process: subprocess.Popen[bytes] | None = None
    _owner: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, kind: str, data: bytes) -> bool:
        """The child's answer; False if the question was too much for it.

        Raises HarnessError if there can be no child: guessing would change verdicts.
        """
        name = kind.encode()
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(_HEAD.pack(len(name), len(data)) + name + data)
                process.stdin.flush()
                answer = process.stdout.read(1)
            except BrokenPipeError:
                answer = b""
            if not answer:
                self._end()
        return answer == b"y"

    def close(self) -> None:
        """End the child; the next question starts another."""
        with self._lock:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            import subprocess

            self._owner = os.getpid()
            # A session of its own: Ctrl-C is ours to handle.
            self._process = subprocess.Popen(
                # -P: a folder named harness in the current folder is not this package.
                [
                    sys.executable,
                    "-P",
                    "-c",
                    f"import sys; sys.path.append({_ROOT!r}); {self.code}",
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            atexit.register(self.close)
            assert self._process.stdout is not None
            if self._process.stdout.read(1) != _READY:
                self._end()
                raise HarnessError("the parser's child process does not start")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        atexit.unregister(self.close)
        if process is None or self._owner != os.getpid():
            return
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        process.kill()
        process.wait()


def serve(answer: Callable[[str, bytes], bool], memory_mb: int) -> None:
    """The child's side: answer questions from stdin within ``memory_mb`` of address space."""
    _bound(memory_mb)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(_READY)
    answers.flush()
    while head := questions.read(_HEAD.size):
        name_size, size = _HEAD.unpack(head)
        name = questions.read(name_size).decode()
        answers.write(b"y" if answer(name, questions.read(size)) else b"n")
        answers.flush()


def _bound(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # macOS may refuse
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
