"""Which siblings speak for a task: a bounded sample that does not depend on their order."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

MIN_RESPONSES = 4
MAX_SIBLINGS = 64
_SEED = b"siblings"


def rank(key: str) -> int:
    """Where a response stands in the seeded lottery; the lowest are drawn."""
    text = key.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8, key=_SEED).digest())


class Sample(Generic[T]):
    """Keeps the values of the MAX_SIBLINGS + 1 keys that rank lowest.

    One more than are compared: a response that is itself drawn still has MAX_SIBLINGS others.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, str]] = []
        self._values: dict[str, T] = {}

    def wants(self, key: str) -> bool:
        """Whether a value would be kept, as things stand."""
        full = len(self._heap) > MAX_SIBLINGS
        return key not in self._values and (not full or (-rank(key), key) > self._heap[0])

    def add(self, key: str, value: T) -> None:
        """Draw it, or not."""
        if not self.wants(key):
            return
        self._values[key] = value
        heapq.heappush(self._heap, (-rank(key), key))
        if len(self._heap) > MAX_SIBLINGS + 1:
            del self._values[heapq.heappop(self._heap)[1]]

    def get(self, key: str) -> T | None:
        """The value of a key that is drawn."""
        return self._values.get(key)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[T]:
        """Values drawn, lowest rank first."""
        for _, key in sorted(self._heap, reverse=True):
            yield self._values[key]
