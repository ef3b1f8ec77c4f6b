"""What a run computes once for many responses: golds' results, prepared databases."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class Kept:
    """Values computed once and kept, the least used thrown away; one thread computes each."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._values: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._working: dict[str, threading.Lock] = {}

    def get(self, key: str, compute: Callable[[], tuple[Any, int]]) -> Any:
        """The value of ``key``; ``compute`` gives it with its size in bytes."""
        with self._lock:
            lock = self._working.setdefault(key, threading.Lock())
        try:
            with lock:
                found = self._found(key)
                if found is None:
                    found = compute()
                    self._keep(key, *found)
        finally:
            with self._lock:
                self._working.pop(key, None)
        return found[0]

    def _found(self, key: str) -> tuple[Any, int] | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def _keep(self, key: str, value: Any, size: int) -> None:
        with self._lock:
            self._values[key] = (value, size)
            self._size += size
            while self._size > self._limit and len(self._values) > 1:
                self._size -= self._values.popitem(last=False)[1][1]
