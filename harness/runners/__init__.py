"""Runners: one file per language says how a response becomes jobs and results verdicts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache

from harness.plugins import load_plugins
from harness.runners._again import CannotJudge, judge_again
from harness.runners._examples import Both, evaluate_both
from harness.runners._job import Called, Evaluation, Execute, Job, Runner, job_timeout_s, worst
from harness.runners._learn import learned

__all__ = [
    "Both", "Called", "CannotJudge", "Evaluation", "Execute", "Job", "Runner", "evaluate_both",
    "job_timeout_s", "judge_again", "learned", "runners", "worst",
]  # fmt: skip


@cache
def runners() -> Mapping[str, Runner]:
    """Every runner by language."""
    return load_plugins(sys.modules[__name__], "RUNNER", Runner)
