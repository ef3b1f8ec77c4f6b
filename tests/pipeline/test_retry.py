"""Whose failure it was: an engine that comes and goes is waited for, one that refuses is not."""

from __future__ import annotations

import pytest

from harness.errors import EngineUnavailable, SandboxError
from harness.models import Outcome, Trust, Verdict
from harness.pipeline.retry import ATTEMPTS, Retry
from harness.runners import Evaluation
from harness.sandbox.engine import client
from harness.sandbox.pool import Pool, PoolSettings

pytestmark = pytest.mark.engine
DONE = Evaluation(Outcome(verdict=Verdict.PASSED, trust=Trust.ISOLATED))


class Attempts:
    """Raises the same error so many times, then is done."""

    def __init__(self, error: SandboxError, times: int) -> None:
        self.error, self.times = error, times
        self.made = 0

    def __call__(self) -> Evaluation:
        self.made += 1
        if self.made <= self.times:
            raise self.error
        return DONE


def retry(wait_s: float) -> Retry:
    pool = Pool(PoolSettings(images={}, labels={}), client())
    return Retry(pool, wait_s, lambda _line: None)


def test_an_engine_that_was_gone_each_time_and_answers_again_counts_as_no_refusal() -> None:
    attempts = Attempts(EngineUnavailable("gone"), ATTEMPTS + 1)
    assert retry(60).run(attempts, Trust.ISOLATED) is DONE
    assert attempts.made == ATTEMPTS + 2


def test_an_engine_that_refuses_ends_the_run_after_some_attempts() -> None:
    attempts = Attempts(SandboxError("no"), ATTEMPTS + 1)
    with pytest.raises(SandboxError, match="no"):
        retry(60).run(attempts, Trust.ISOLATED)
    assert attempts.made == ATTEMPTS


def test_an_engine_that_stays_away_ends_the_run_when_the_wait_is_over() -> None:
    attempts = Attempts(EngineUnavailable("gone"), 1000)
    with pytest.raises(EngineUnavailable) as caught:
        retry(0.1).run(attempts, Trust.ISOLATED)
    assert "start it and run the same command again" in str(caught.value.fix)
