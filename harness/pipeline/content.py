"""Digests of what a verdict depends on; results are kept and found by them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from harness.models import Task


def digest_of(parts: Iterable[str]) -> str:
    """One digest of several texts; where one ends and the next begins counts, too."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


class _ById:
    """A task hashed by identity, so that its content hash is computed once."""

    __slots__ = ("task",)

    def __init__(self, task: Task) -> None:
        self.task = task

    def __hash__(self) -> int:
        return id(self.task)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.task is self.task


def task_hash(task: Task) -> str:
    """A digest of what the task asks and how it is judged."""
    return _hash_of(_ById(task))


@lru_cache(maxsize=20_000)
def _hash_of(keyed: _ById) -> str:
    # Where a task was read from does not change what it asks.
    text = keyed.task.model_dump_json(exclude={"origin", "line", "title", "tags", "start"})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
