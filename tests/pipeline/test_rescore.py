"""Verdicts anew from what was kept: the same judgement as a run's, or a reason why not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.models import (
    Case,
    CaseResult,
    Comparator,
    Json,
    Language,
    Limits,
    Result,
    RunInfo,
    Signature,
    Task,
    TestKind,
    Trust,
    Verdict,
)
from harness.pipeline.rescore import Rescored, rescore, with_comparator
from harness.runners._again import CannotJudge, read_shown
from harness.runners._calls import judge_call
from harness.runners._job import Job, summarise
from harness.runners._stdio import judge_output
from harness.runners.compare import normalise, show
from harness.store import Store, open_store

RUN = "20300101-run"
PASSED, FAILED = Verdict.PASSED, Verdict.FAILED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


def call_task(expected: Json, language: Language = Language.PYTHON, **fields: Any) -> Task:
    case = Case(name="one", args=([1, 2], "x"), expected=expected)
    values = {"cases": (case,), "entry_point": "f"} | fields
    return Task(task_id="t", language=language, kind=TestKind.CALL, prompt="", **values)


def stdio_task(expected: str, **fields: Any) -> Task:
    case = Case(name="one", stdin="3\n", expected=expected)
    return Task(
        task_id="t", language=Language.CPP, kind=TestKind.STDIO, prompt="", cases=(case,), **fields
    )


def job_of(task: Task) -> Job:
    def nothing_runs(
        language: str, steps: list[dict[str, Any]], limits: Limits
    ) -> list[dict[str, Any]]:
        raise AssertionError("a runner was asked to run something")

    limits: Any = None
    code: Any = None
    return Job(task, code, task.entry_point, limits, Trust.ISOLATED, nothing_runs)


def returned(task: Task, value: Json) -> Result:
    """The result of a response that returned ``value``, as the runner makes it."""
    return made(task, judge_call(job_of(task), task.cases[0], {"reply": _reply(value=value)}))


def raised(task: Task, name: str, base: str | None = None) -> Result:
    error = {"type": name, "message": "no", "base": base}
    return made(task, judge_call(job_of(task), task.cases[0], {"reply": _reply(error=error)}))


def printed(task: Task, stdout: str, **report: object) -> Result:
    wire = {"stdout": stdout, "stderr": "", "exit": 0, "cpu_s": 0.1, "wall_s": 0.1,
            "memory_mb": 9.0, **report}  # fmt: skip
    return made(task, judge_output(job_of(task), task.cases[0], wire))


def _reply(**content: object) -> str:
    import json

    return json.dumps(content)


def made(task: Task, *cases: CaseResult, **fields: Any) -> Result:
    outcome = summarise(list(cases), Trust.ISOLATED)
    values = outcome.model_dump() | {
        "response_id": "r", "task_id": task.task_id, "language": task.language, "model": "m",
        "content_key": "k",
    }  # fmt: skip
    return Result.model_validate(values | fields)


def again(store: Store, task: Task, result: Result, now: Task) -> tuple[Result, Rescored]:
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z", status="finished"))
    store.add_tasks(RUN, [task])
    store.add_results(RUN, [(0, result)])
    report = rescore(store, RUN, {now.task_id: now})
    (found,) = store.results(report.run_id)
    return found, report


VALUES: list[tuple[Json, Json]] = [
    (3, 3), (3, 4), ([1, 2], [1, 2]), ([1, 2], [2, 1]), ({"$tuple": [1, 2]}, [1, 2]),
    ({"$set": [1, 2]}, {"$set": [2, 1]}), ({"$float": "nan"}, {"$float": "nan"}), (0.1, 0.1),
    ({"a": [None, True]}, {"a": [None, True]}), ({"$dict": [[1, 2]]}, {"$dict": [[1, 2]]}),
    ("é \n'\"\\", "é \n'\"\\"), ({"$bytes": "ab"}, {"$bytes": "ab"}), (None, None), (1, True),
    ({"$int": "123456789012345678901234567890"}, {"$int": "123456789012345678901234567890"}),
    ([{"$undefined": True}], [{"$undefined": True}]), ({"$set": []}, {"$set": []}),
    ({"$other": "X", "repr": "<X>"}, 3), ({"$complex": [1, 2]}, {"$complex": [1, 2]}),
]  # fmt: skip


def test_nothing_changed_changes_nothing(store: Store) -> None:
    """Judged again by the same task, a value gets the same verdict or keeps it with a reason."""
    tasks, results = {}, []
    languages = (Language.PYTHON, Language.JAVASCRIPT, Language.CSHARP)
    kinds = ("exact", "json", "float", "unordered")
    for n, (pair, kind, language) in enumerate(itertools.product(VALUES, kinds, languages)):
        value, expected = pair
        task = call_task(expected, language, comparator=Comparator(kind=kind))
        tasks[f"t{n}"] = task.model_copy(update={"task_id": f"t{n}"})
        named = {"task_id": f"t{n}", "response_id": f"r{n}"}
        results.append(returned(task, value).model_copy(update=named))
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, tasks.values())
    store.add_results(RUN, enumerate(results))
    report = rescore(store, RUN, tasks)
    assert report.changed == 0
    assert report.rescored > len(results) * 0.6
    assert report.rescored + sum(report.kept.values()) == len(results)
    for before, after in zip(results, store.results(report.run_id), strict=True):
        assert (after.verdict, after.cases) == (before.verdict, before.cases)


def test_a_corrected_expected_value_counts(store: Store) -> None:
    task, now = call_task([1, 3]), call_task([1, 2])
    after, report = again(store, task, returned(task, [1, 2]), now)
    assert (after.verdict, after.message, report.changed) == (PASSED, "", 1)
    assert after.cases[0].expected == "[1, 2]"
    assert store.tasks(report.run_id)["t"] == now
    assert store.get_run(report.run_id).settings["rescored"] == RUN
    # The old run stands, and neither is taken for a cached result of the other.
    assert next(store.results(RUN)).verdict is FAILED
    assert (after.content_key, after.cached) == ("", False)


def test_another_comparator_counts(store: Store) -> None:
    task = call_task([1.0, 2.0])
    result = returned(task, [1.0000001, 2.0])
    assert result.verdict is FAILED
    now = with_comparator({"t": task}, Comparator(kind="float", rel_tol=1e-3))["t"]
    assert again(store, task, result, now)[0].verdict is PASSED


def test_any_of_path_and_type_count(store: Store) -> None:
    task = call_task(0)
    case = task.cases[0]
    result = returned(task, {"a": [7]})
    others = [
        case.model_copy(update={"path": ("a", 0), "expected": 7}),
        case.model_copy(update={"expected": 1, "any_of": ({"a": [7]},)}),
        case.model_copy(update={"check": "type", "expected": "object"}),
    ]
    for number, other in enumerate(others):
        now = task.model_copy(update={"cases": (other,)})
        if number == 0:
            assert again(store, task, result, now)[0].verdict is PASSED
        else:
            report = rescore(store, RUN, {"t": now})
            assert next(store.results(report.run_id)).verdict is PASSED


def test_output_is_compared_again(store: Store) -> None:
    task = stdio_task("5\n", comparator=Comparator(kind="exact"))
    result = printed(task, "5 \n")
    assert result.verdict is FAILED
    now = stdio_task("5", comparator=Comparator(kind="tokens"))
    assert again(store, task, result, now)[0].verdict is PASSED


def test_a_bad_ending_stays_bad_whatever_is_expected(store: Store) -> None:
    task = stdio_task("5\n")
    result = printed(task, "6\n", cause="cpu")
    after, report = again(store, task, result, stdio_task("6\n"))
    assert (after.verdict, report.rescored, report.changed) == (Verdict.TIMEOUT, 1, 0)


def test_an_exception_that_is_expected_now(store: Store) -> None:
    task = call_task(3)
    result = raised(task, "ValueError")
    assert result.verdict is Verdict.RUNTIME_ERROR
    now = task.model_copy(
        update={"cases": (task.cases[0].model_copy(update={"raises": "ValueError"}),)}
    )
    assert again(store, task, result, now)[0].verdict is PASSED


def test_an_exception_whose_base_was_expected_keeps_its_verdict(store: Store) -> None:
    case = Case(name="one", args=(1,), raises="LookupError")
    task = call_task(None, cases=(case,))
    result = raised(task, "KeyError", "LookupError")
    assert result.verdict is PASSED
    assert again(store, task, result, task)[0].verdict is PASSED
    now = task.model_copy(
        update={"cases": (case.model_copy(update={"raises": "ArithmeticError"}),)}
    )
    report = rescore(store, RUN, {"t": now})
    assert list(report.kept) == [
        "it raised KeyError, and whether that is a ArithmeticError was not kept"
    ]


EXACT = Comparator(kind="exact")
PAIRS = Signature(params=("int",), returns="List<(int, int)>")
THREE, LINE = call_task(3), stdio_task("3")
TUPLES = call_task([{"$tuple": [1]}], Language.CSHARP, comparator=EXACT, signature=PAIRS)
CANNOT = {
    "input changed": (
        THREE, returned(THREE, 3), call_task(3, cases=(Case(name="one", args=(9,), expected=3),)),
    ),
    "case two was not run": (
        THREE, returned(THREE, 3), call_task(3, cases=(Case(name="two", expected=3),)),
    ),
    "only the beginning of its value": (THREE, returned(THREE, "x" * 5000), THREE),
    "only the beginning of its output": (LINE, printed(LINE, "x" * 5000), LINE),
    "a checker": (
        LINE, printed(LINE, "3"),
        stdio_task("3", comparator=Comparator(kind="checker", program="x")),
    ),
    "cannot be read back": (THREE, returned(THREE, {"$date": 1}), THREE),
    "not a regular expression": (
        THREE, returned(THREE, 3), call_task("[", comparator=Comparator(kind="regex")),
    ),
    "tells tuples from arrays": (TUPLES, returned(TUPLES, [{"$tuple": [1]}]), TUPLES),
    "does not say all": (
        call_task([1], Language.JAVASCRIPT, comparator=EXACT),
        returned(call_task([1], Language.JAVASCRIPT, comparator=EXACT), {"$tuple": [1]}),
        call_task([1], Language.JAVASCRIPT),
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", CANNOT)
def test_what_cannot_be_judged_again_says_why(store: Store, why: str) -> None:
    task, result, now = CANNOT[why]
    after, report = again(store, task, result, now)
    assert after.verdict is result.verdict
    assert (report.rescored, report.changed) == (0, 0)
    (reason,) = report.kept
    assert why in reason
    assert [one.reason for one in report.not_rescored] == [reason]


def test_tasks_of_another_set_are_refused_and_nothing_is_made(store: Store) -> None:
    task = call_task(3)
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, [task])
    with pytest.raises(InputError, match="none of these tasks"):
        rescore(store, RUN, {"other": task.model_copy(update={"task_id": "other"})})
    assert [run.run_id for run in store.list_runs()] == [RUN]


@pytest.mark.parametrize("language", [Language.PYTHON, Language.JAVASCRIPT])
@pytest.mark.parametrize(
    "text", ["", "[" * 4000, "f(1)", "__import__('os')", "{", "1e999", "'\\d'"]
)
def test_hostile_text_is_read_as_data_or_not_at_all(text: str, language: Language) -> None:
    try:
        value = read_shown(text, language)
    except CannotJudge:
        return
    assert show(value, language) == text


def test_what_is_read_back_is_what_was_shown() -> None:
    value = {"a": [1, 2.5, None, "x", {"$tuple": [1]}, {"$set": [1]}]}
    assert read_shown(show(value), Language.PYTHON) == normalise(value)
