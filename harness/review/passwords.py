"""Passwords (argon2) and how often one may try."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

MIN_CHARS = 10
MAX_CHARS = 500
FREE_TRIES = 5
WINDOW_S = 300.0
_REMEMBERED = 10_000


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password has: an unknown name must take as long as a known one."""
    return _hasher().hash("nobody's password, and nobody knows it")


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the right password; takes the same time where there is none."""
    try:
        _hasher().verify(stored or _nobody(), password[:MAX_CHARS])
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return stored is not None


def problem_with(password: str, handle: str) -> str:
    """Why a new password is refused, or "". Length is what counts; no rules about signs."""
    if len(password) < MIN_CHARS:
        return f"Use at least {MIN_CHARS} characters; a few words are easy to remember."
    if len(password) > MAX_CHARS:
        return f"Use at most {MAX_CHARS} characters."
    if len(set(password)) < 4 or password.casefold() == handle.casefold():
        return "That is too easy to guess."
    return ""


class Throttle:
    """Failed tries by name and by address; after a few, one must wait.

    Memory of this process only: a restart forgets, and several processes count apart.
    """

    def __init__(
        self, free: int = FREE_TRIES, window_s: float = WINDOW_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._free = free
        self._window_s = window_s
        self._clock = clock
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, *keys: str) -> float:
        """Seconds to wait before the next try; 0 if it may be made now."""
        now = self._clock()
        with self._lock:
            return max((self._left(key, now) for key in keys), default=0.0)

    def failed(self, *keys: str) -> None:
        """Count a failed try."""
        now = self._clock()
        with self._lock:
            for key in keys:
                self._failures[key] = [*self._recent(key, now), now][-self._free :]
                self._failures.move_to_end(key)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def passed(self, key: str) -> None:
        """Forget a name's failures: its owner is in."""
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str, now: float) -> list[float]:
        return [at for at in self._failures.get(key, []) if now - at < self._window_s]

    def _left(self, key: str, now: float) -> float:
        recent = self._recent(key, now)
        return self._window_s - (now - recent[0]) if len(recent) >= self._free else 0.0
