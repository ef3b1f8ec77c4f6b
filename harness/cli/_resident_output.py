"""``harness flag --resident``: what a worker prints, held back until its asker wants it."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

HOLD_S = 0.5
MAX_HELD_BYTES = 1 << 20


@dataclass
class Held:
    """What is printed, in its order. It is held back to be handed over, unless it is much or slow.

    begin: called before any of it is printed here.
    """

    begin: Callable[[], None]
    parts: list[tuple[int, bytes]] | None = field(default_factory=list)
    size: int = 0
    until_s: float = field(default_factory=lambda: time.monotonic() + HOLD_S)

    def stream(self, number: int, encoding: str, errors: str) -> io.TextIOWrapper:
        """A standard stream for a descriptor, as Python makes them."""
        raw = _Raw(self, number)
        lines = number == 2 or raw.isatty()
        return io.TextIOWrapper(
            io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=lines
        )

    def write(self, number: int, data: bytes) -> None:
        """Keep it, or print it."""
        if self.parts is None:
            _write(number, data)
            return
        self.parts.append((number, data))
        self.size += len(data)
        if self.size > MAX_HELD_BYTES or time.monotonic() > self.until_s:
            self.let_out()

    def let_out(self) -> None:
        """Print what is held, and from now on at once. Raises OSError as printing does."""
        parts, self.parts = self.parts, None
        self.begin()
        for number, data in parts or ():
            _write(number, data)

    def packed(self) -> bytes:
        """What is still held, for the asker to print."""
        return b"".join(
            bytes([number]) + len(data).to_bytes(4, "big") + data
            for number, data in self.parts or ()
        )


def _write(number: int, data: bytes) -> None:
    while data:
        data = data[os.write(number, data) :]


class _Raw(io.RawIOBase):
    def __init__(self, held: Held, number: int) -> None:
        self.held = held
        self.number = number
        self.name = f"<{'stdout' if number == 1 else 'stderr'}>"
        self.mode = "wb"

    def fileno(self) -> int:
        return self.number

    def isatty(self) -> bool:
        return os.isatty(self.number)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        copy = bytes(data)  # type: ignore[call-overload]
        self.held.write(self.number, copy)
        return len(copy)
