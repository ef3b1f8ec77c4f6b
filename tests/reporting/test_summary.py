"""The figures of a run are right, and ours are never held against a model."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from harness.models import Language, Result, Trust, Verdict
from harness.reporting import Summary, summarise
from tests.reporting import samples


def made(verdict: Verdict, task: str = "t", model: str = "m", **changes: object) -> Result:
    return Result(
        response_id="r", task_id=task, language=Language.PYTHON, model=model, verdict=verdict,
        trust=Trust.ISOLATED, cpu_s=0.1, wall_s=0.2,
    ).model_copy(update=changes)  # fmt: skip


def summary_of(*results: Result) -> Summary:
    return summarise(samples.run_info(), lambda: iter(results), [], {})


def test_harness_errors_are_counted_apart_and_leave_every_rate() -> None:
    found = summary_of(
        made(Verdict.PASSED, "a"),
        made(Verdict.HARNESS_ERROR, "a"),
        made(Verdict.HARNESS_ERROR, "b"),
    )
    assert found.harness_errors == 2
    assert found.pass_rate == 1.0
    group = found.groups[0]
    assert group.pass_rate is not None
    assert group.pass_rate.value == 1.0
    assert [(t.task_id, t.samples, t.passed, t.harness_errors) for t in group.tasks] == [
        ("a", 1, 1, 1),
        ("b", 0, 0, 1),
    ]
    assert group.pass_at_k[0].left_out == 1


def test_rejected_counts_as_a_failure() -> None:
    assert summary_of(made(Verdict.PASSED), made(Verdict.REJECTED)).pass_rate == 0.5


def test_only_harness_errors_means_no_rate_rather_than_zero() -> None:
    found = summary_of(made(Verdict.HARNESS_ERROR))
    assert found.pass_rate is None
    assert found.groups[0].pass_rate is None
    assert found.leaders == ()


def test_totals_add_up_over_models_and_languages() -> None:
    source = samples.results(4, (Language.PYTHON, Language.CPP), 10, 3)
    tasks = samples.tasks((Language.PYTHON, Language.CPP), 12)
    found = summarise(samples.run_info(), source, samples.invalid_rows(3), tasks)
    rows = list(source())
    assert found.responses == len(rows) == sum(group.responses for group in found.groups)
    assert found.passed == sum(row.verdict is Verdict.PASSED for row in rows)
    assert sum(found.verdicts.values()) == len(rows)
    assert found.trust == {"isolated": 120, "shared": 120}
    assert sum(part.responses for part in found.wall_histogram) == len(rows)
    assert (found.tasks, found.tasks_without_response, found.invalid_rows) == (20, 4, 3)
    assert found.wall_s == 41.0
    assert found.rate_per_s == len(rows) / 41.0


def test_percentiles_are_of_the_real_times() -> None:
    found = summary_of(*(made(Verdict.PASSED, wall_s=n / 100) for n in range(1, 101)))
    assert abs(found.wall.p50_s - 0.505) < 1e-9
    assert found.wall.max_s == 1.0
    assert abs(found.wall.total_s - 50.5) < 1e-9


def test_a_model_with_few_answers_does_not_lead() -> None:
    steady = [made(Verdict.PASSED if n else Verdict.FAILED, f"t{n}", "steady") for n in range(20)]
    lucky = [made(Verdict.PASSED, f"t{n}", "lucky") for n in range(3)]
    found = summary_of(*steady, *lucky)
    assert found.leaders[0].model == "steady"
    assert found.leaders[0].unranked == 1


def test_an_unfinished_run_has_no_rate_per_second() -> None:
    run = samples.run_info(finished_at=None, status="interrupted")
    found = summarise(run, lambda: iter([made(Verdict.PASSED)]), [], {})
    assert found.wall_s is None
    assert found.rate_per_s is None


def test_invalid_rows_are_all_counted_though_not_all_listed() -> None:
    found = summarise(samples.run_info(), lambda: iter(()), samples.invalid_rows(5000), {})
    assert found.invalid_rows == 5000
    assert len(found.invalid) == 1000


def test_summary_survives_json() -> None:
    found = summarise(samples.run_info(), samples.results(), samples.invalid_rows(), {})
    assert Summary.model_validate_json(found.model_dump_json()) == found


def test_memory_does_not_grow_with_the_texts() -> None:
    def source(rows: int) -> Iterator[Result]:
        return (made(Verdict.PASSED, f"t{n % 50}", code="x" * 20_000) for n in range(rows))

    def peak(rows: int) -> int:
        tracemalloc.start()
        summarise(samples.run_info(), lambda: source(rows), [], {})
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(5000) - peak(500) < 1_000_000


def test_what_was_no_text_is_counted_by_character_and_by_response() -> None:
    rows = [made(Verdict.PASSED, replaced=n) for n in (0, 2, 3)]
    found = summarise(samples.run_info(), lambda: iter(rows), [], {}).replaced
    assert (found.characters, found.responses) == (5, 2)
