"""Which lines of some files run: a small tracer, for tests one by one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

Reached = dict[str, set[int]]  # file → lines


class Lines:
    """Notes which lines of some files run, for as long as it is on."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = {str(file) for file in files}
        self.reached: Reached = {}

    @contextmanager
    def on(self) -> Iterator[Reached]:
        """Lines reached within the block."""
        self.reached = {}
        threading.settrace(self._enter)
        sys.settrace(self._enter)
        try:
            yield self.reached
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        file = frame.f_code.co_filename
        if file not in self._files:
            return None
        lines = self.reached.setdefault(file, set())
        lines.add(frame.f_lineno)

        def line(frame: FrameType, event: str, _argument: Any) -> Any:
            lines.add(frame.f_lineno)
            return line

        return line
