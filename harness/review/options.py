"""How one review server is set up."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from harness.models import Record


class RunLimits(Record):
    """How much the desk runs on request.

    per_minute: runs one person may ask for in a minute. unfinished: of one person at a time.
    waiting: length of everybody's queue. timeout_s: of a whole run, once it has begun.
    idle_s: sandboxes that nobody used for so long are given back.
    """

    per_minute: int = Field(default=12, ge=1)
    unfinished: int = Field(default=2, ge=1)
    waiting: int = Field(default=40, ge=1)
    timeout_s: float = Field(default=180.0, gt=0)
    idle_s: float = Field(default=600.0, gt=0)


class ReviewOptions(Record):
    """Settings of a server.

    home: where screenshots of results lie. secure: served by TLS, so cookies are too. local: one
    person on this machine; a one-time link is enough to come in. hosts: names (with port) under
    which browsers may reach it; others are refused, which stops DNS rebinding. idle_s: after this
    long without a touch the page asks whether one still works. session_s: life of a sign-in.
    max_body_bytes: larger requests are refused. runs: how much people may run at the desk.
    """

    home: Path
    secure: bool = False
    local: bool = True
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    idle_s: int = Field(default=300, ge=10)
    session_s: float = Field(default=14 * 86400.0, gt=0)
    max_body_bytes: int = 2_000_000
    runs: RunLimits = RunLimits()

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; the prefix makes browsers insist on TLS and this host."""
        return "__Host-review" if self.secure else "review_session"
