"""Values for many responses: computed once, bounded in size, never a fault's memory."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.runners._kept import Kept


def test_threads_that_ask_at_once_compute_once() -> None:
    kept, start = Kept(100), threading.Barrier(8)
    calls: list[int] = []

    def compute() -> tuple[str, int]:
        calls.append(1)
        return "value", 5

    def ask(_: int) -> str:
        start.wait()
        found: str = kept.get("key", compute)
        return found

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {"value"}
    assert calls == [1]


def test_the_least_used_goes_first_and_the_last_one_stays() -> None:
    kept: Kept = Kept(10)
    computed: list[str] = []

    def get(key: str, size: int = 4) -> None:
        def compute() -> tuple[str, int]:
            computed.append(key)
            return key, size

        assert kept.get(key, compute) == key

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert computed == ["a", "b", "c", "b"]
    get("huge", 1000)
    get("huge", 1000)
    assert computed.count("huge") == 1


def test_a_failure_is_not_kept() -> None:
    kept = Kept(10)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: (1 // 0, 1))
    assert kept.get("key", lambda: ("value", 1)) == "value"
