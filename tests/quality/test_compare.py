"""Two runs beside each other."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as theirs

from harness.models import Language, Verdict
from harness.quality.compare import (
    Pairing,
    RunComparison,
    Seen,
    compare_runs,
    exact_difference,
    mcnemar,
)
from harness.quality.passk import resampled_ratios

PASS, FAIL, OURS = Verdict.PASSED, Verdict.FAILED, Verdict.HARNESS_ERROR


def seen(number: int, verdict: Verdict = PASS, **fields: object) -> Seen:
    values: dict[str, object] = {
        "response_id": f"r{number}", "task_id": f"t{number}", "language": Language.PYTHON,
        "model": "m", "verdict": verdict,
    }  # fmt: skip
    return Seen.model_validate(values | fields)


def compared(before: list[Seen], after: list[Seen], seed: int = 0) -> RunComparison:
    return compare_runs(("one", "two"), before, after, seed=seed)


def test_pass_rates_are_paired_and_changes_listed_losses_first() -> None:
    before = [seen(n, PASS if n < 60 else FAIL) for n in range(100)]
    after = [seen(n, PASS if 10 <= n < 90 else Verdict.TIMEOUT) for n in range(100)]
    found = compared(before, after)
    (whole,) = found.differences
    assert (whole.before, whole.after) == (0.6, 0.8)
    assert whole.difference == pytest.approx(0.2)
    assert (whole.gained, whole.lost, whole.pairs, whole.method) == (30, 10, 100, "bootstrap")
    assert whole.low is not None
    assert whole.high is not None
    # The normal approximation of paired shares: 0.2 ± 1.96 * sqrt(0.4 - 0.04) / 10.
    assert (whole.low, whole.high) == pytest.approx((0.082, 0.318), abs=0.015)
    assert len(found.changes) == 50  # ten from failed to timeout
    assert {one.before for one in found.changes[:10]} == {PASS}
    assert {one.after for one in found.changes[10:40]} == {PASS}


def test_the_same_runs_differ_by_nothing_within_what_nothing_can_tell() -> None:
    run = [seen(n, PASS if n % 2 else FAIL) for n in range(20)]
    (whole,) = compared(run, run).differences
    assert (whole.difference, whole.gained, whole.lost, whole.p_value) == (0.0, 0, 0, 1.0)
    assert whole.method == "exact"
    assert whole.low == pytest.approx(-(whole.high or 0))
    assert 0.1 < (whole.high or 0) < 0.25


def test_few_changes_get_exact_limits() -> None:
    before = [seen(n, FAIL) for n in range(50)]
    after = [seen(n, PASS if n < 4 else FAIL) for n in range(50)]
    (whole,) = compared(before, after).differences
    assert (whole.method, whole.difference) == ("exact", 0.08)
    assert (whole.low or 1) < 0.08 < (whole.high or 0)
    assert exact_difference(4, 0, 50) == (whole.low, whole.high)
    assert exact_difference(0, 4, 50) == pytest.approx((-(whole.high or 0), -(whole.low or 0)))


def test_ours_and_what_only_one_run_has_are_counted_apart() -> None:
    before = [seen(0), seen(1, OURS), seen(2), seen(3)]
    after = [seen(0), seen(1), seen(2, OURS), seen(9)]
    found = compared(before, after)
    assert (found.before, found.after) == ("one", "two")
    assert (found.only_before, found.only_after, found.harness_errors) == (1, 1, 2)
    assert found.differences[0].pairs == 1


def test_other_responses_are_compared_by_task() -> None:
    before = [seen(n, FAIL, response_id=f"a{n}-{k}") for n in range(30) for k in range(2)]
    after = [
        seen(n, PASS if n < 15 and k else FAIL, response_id=f"b{n}-{k}")
        for n in range(40)
        for k in range(2)
    ]
    found = compared(before, after)
    assert (found.pairing, found.changes, found.only_after) == (Pairing.TASKS, (), 10)
    (whole,) = found.differences
    assert (whole.tasks, whole.pairs) == (30, 30)
    assert (whole.before, whole.after) == (0.0, 0.25)
    assert whole.difference == pytest.approx(0.25)
    assert (whole.gained, whole.lost, whole.method) == (15, 0, "bootstrap")


def test_languages_are_compared_apart_and_nothing_in_common_says_so() -> None:
    sql = {"language": Language.SQL}
    before = [seen(0), seen(1, FAIL), seen(2, PASS, **sql)]
    after = [seen(0, FAIL), seen(1), seen(2, PASS, **sql)]
    found = compared(before, after)
    assert [(one.language, one.gained, one.lost) for one in found.differences] == [
        (None, 1, 1), (Language.PYTHON, 1, 1), (Language.SQL, 0, 0),
    ]  # fmt: skip
    (nothing,) = compared([seen(0)], [seen(1)]).differences
    assert (nothing.difference, nothing.low) == (None, None)
    assert (nothing.tasks, nothing.pairs, nothing.gained, nothing.lost) == (0, 0, 0, 0)
    assert nothing.undefined.startswith("undefined, because")


def test_responses_to_one_task_are_drawn_together() -> None:
    def width(per_task: int) -> float:
        ids = [(n, k) for n in range(40) for k in range(per_task)]
        before = [seen(n, FAIL, response_id=f"{n}-{k}") for n, k in ids]
        after = [seen(n, PASS if n % 2 else FAIL, response_id=f"{n}-{k}") for n, k in ids]
        (whole,) = compared(before, after).differences
        return (whole.high or 0) - (whole.low or 0)

    assert width(10) == pytest.approx(width(1), abs=0.03)


def test_the_same_seed_gives_the_same_interval() -> None:
    before = [seen(n, PASS if n % 3 else FAIL) for n in range(60)]
    after = [seen(n, PASS if n % 4 else FAIL) for n in range(60)]
    assert compared(before, after) == compared(before, after)
    one, other = (compared(before, after, seed).differences[0] for seed in (1, 2))
    assert (one.low, one.high) != (other.low, other.high)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (1, 0), (5, 1), (12, 12), (3, 40)])
def test_mcnemar_is_the_exact_binomial_test(gained: int, lost: int) -> None:
    expected = theirs([[0, gained], [lost, 0]], exact=True).pvalue if gained + lost else 1.0
    assert mcnemar(gained, lost) == pytest.approx(expected)


def test_mcnemar_of_thousands_is_a_number() -> None:
    assert 0 < mcnemar(5000, 5200) < 0.06


def test_what_a_comparison_says_in_json() -> None:
    found = compared([seen(0), seen(1)], [seen(0, FAIL), seen(1)]).model_dump(mode="json")
    assert (found["schema_version"], found["pairing"]) == (1, "responses")
    by_task = compared([seen(0)], [seen(0, response_id="x")]).model_dump(mode="json")
    assert by_task["pairing"] == "tasks"
    assert found["changes"] == [
        {
            "response_id": "r0", "task_id": "t0", "language": "python", "model": "m",
            "before": "passed", "after": "failed",
        }
    ]  # fmt: skip


def test_changes_are_losses_then_gains_then_others_each_by_language_and_task() -> None:
    sql = {"language": Language.SQL}
    before = [seen(5, FAIL), seen(4, PASS, **sql), seen(6, FAIL), seen(2, PASS), seen(1, PASS),
              seen(0, PASS), seen(9, FAIL)]  # fmt: skip
    after = [seen(5, Verdict.TIMEOUT), seen(4, FAIL, **sql), seen(6, PASS), seen(2, FAIL),
             seen(1, FAIL), seen(0, PASS), seen(8, FAIL)]  # fmt: skip
    found = [one.response_id for one in compared(before, after).changes]
    assert found == ["r1", "r2", "r4", "r6", "r5"]


def test_too_few_tasks_that_differ_are_not_drawn_again() -> None:
    before = [seen(n, FAIL) for n in range(30)]
    for differing, method in ((9, "exact"), (10, "bootstrap")):
        after = [seen(n, PASS if n < differing else FAIL) for n in range(30)]
        assert compared(before, after).differences[0].method == method
    # All of them alike: draws would be sure of it.
    all_pass = [seen(n, PASS) for n in range(30)]
    assert compared(before, all_pass).differences[0].method == "exact"


def test_the_interval_holds_the_middle_of_the_draws_of_tasks() -> None:
    gaps = np.array([1.0] * 14 + [-1.0] * 3 + [0.0] * 13)
    before = [seen(n, PASS if gap < 0 else FAIL) for n, gap in enumerate(gaps)]
    after = [seen(n, PASS if gap > 0 else FAIL) for n, gap in enumerate(gaps)]
    (whole,) = compared(before, after, seed=4).differences
    drawn = resampled_ratios(gaps, np.ones(30), 4)
    assert (whole.low, whole.high) == tuple(np.quantile(drawn, [0.025, 0.975]))
    assert compare_runs(("one", "two"), before, after) == compared(before, after, seed=0)


def test_half_a_gain_on_every_task_has_no_interval() -> None:
    """Neither whole numbers for exact limits, nor tasks that differ to be drawn."""
    before = [seen(n, FAIL, response_id=f"a{n}-{k}") for n in range(4) for k in range(2)]
    after = [
        seen(n, PASS if k else FAIL, response_id=f"b{n}-{k}") for n in range(4) for k in (0, 1)
    ]
    (whole,) = compared(before, after).differences
    assert (whole.difference, whole.low, whole.high, whole.method) == (0.5, None, None, "")


def test_shares_that_are_not_whole_have_no_exact_limits_however_few_they_are() -> None:
    before = [seen(n, FAIL, response_id=f"a{n}-{k}") for n in range(6) for k in range(2)]
    after = [
        seen(n, PASS if k == n == 0 else FAIL, response_id=f"b{n}-{k}")
        for n in range(6)
        for k in range(2)
    ]
    (whole,) = compared(before, after).differences
    assert (whole.gained, whole.method) == (1, "bootstrap")


def test_our_errors_are_no_answers_to_a_task_either() -> None:
    before = [seen(0, OURS, response_id="a"), seen(0, FAIL, response_id="b")]
    after = [seen(0, PASS, response_id="c"), seen(0, OURS, response_id="d"),
             seen(1, OURS, response_id="e")]  # fmt: skip
    found = compared(before, after)
    assert (found.harness_errors, found.only_before, found.only_after) == (3, 0, 0)
    (whole,) = found.differences
    assert (whole.before, whole.after, whole.gained, whole.lost) == (0.0, 1.0, 1, 0)
