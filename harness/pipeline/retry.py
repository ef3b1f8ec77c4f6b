"""Whose failure was it? A job is tried again when the fault is ours; the response never pays.

    the container died                  tried again, then harness_error
    the engine went away                waited for; then the run ends (exit 4)
    the engine makes no container       tried again, then the run ends: it would fail for everyone

What was committed stays, so a run that ends here is continued by the same command.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import EngineUnavailable, SandboxError, SlotDied
from harness.models import Outcome, Trust, Verdict
from harness.runners import Evaluation
from harness.sandbox.engine import answers
from harness.sandbox.pool import Pool

ATTEMPTS = 3
PAUSE_S = 0.5
_CONTINUE = "run the same command again: finished responses are kept"


@dataclass(frozen=True)
class Retry:
    """How often and how long to try. ``say`` gets a line when the engine is waited for."""

    pool: Pool
    engine_wait_s: float
    say: Callable[[str], None]

    def run(self, attempt: Callable[[], Evaluation], trust: Trust) -> Evaluation:
        """The evaluation of ``attempt``. Raises SandboxError when no sandbox can work."""
        died = refused = 0
        lost_at: float | None = None
        while True:
            try:
                return attempt()
            except SlotDied as error:
                died += 1
                if error.oom_killed:
                    message = "the whole sandbox ran out of memory"
                    return _ended(Verdict.MEMORY_LIMIT, message, trust)
                if died == ATTEMPTS or self.pool.closed:
                    return _ended(Verdict.HARNESS_ERROR, str(error), trust)
            except EngineUnavailable as error:
                # One that is stopping may answer again already when it is asked: no refusal.
                lost_at = lost_at or time.monotonic()
                if time.monotonic() - lost_at > self.engine_wait_s:
                    error.fix = f"start it and {_CONTINUE}"
                    raise
                self._wait_for_engine()
                time.sleep(PAUSE_S)
            except SandboxError as error:
                if answers(self.pool.client):
                    refused += 1
                    if refused == ATTEMPTS:
                        error.fix = error.fix or f"correct it and {_CONTINUE}"
                        raise
                    time.sleep(PAUSE_S)
                else:
                    self._wait_for_engine()

    def _wait_for_engine(self) -> None:
        """Return once it answers: a restart takes seconds, and every response outlives it."""
        self.say(f"the Docker engine stopped answering; waiting {self.engine_wait_s:g} s for it")
        deadline = time.monotonic() + self.engine_wait_s
        while not answers(self.pool.client):
            if time.monotonic() > deadline or self.pool.closed:
                raise EngineUnavailable(
                    "the Docker engine stopped answering", fix=f"start it and {_CONTINUE}"
                )
            time.sleep(PAUSE_S)


def _ended(verdict: Verdict, message: str, trust: Trust) -> Evaluation:
    return Evaluation(Outcome(verdict=verdict, trust=trust, message=message))
