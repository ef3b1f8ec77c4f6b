"""A response writes its own replies: whatever it forges ends as a result that can be stored."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.models import (
    Case,
    Code,
    Comparator,
    Dialect,
    Form,
    Json,
    Language,
    Limits,
    Outcome,
    SqlGrid,
    SqlSpec,
    SqlState,
    Task,
    TestKind,
    Trust,
    Verdict,
)
from harness.reporting.write import json_line
from harness.runners import Evaluation, Job, Runner, evaluate_both, runners
from harness.runners._calls import BuildFailed, judge_call
from harness.runners._printed import printed_answers
from harness.runners._sql_examples import called

LANGUAGES = [Language.PYTHON, Language.JAVASCRIPT, Language.CPP, Language.CSHARP]
EXPECTED: list[Json] = [1, 0.5, "a", None, [1, 2], {"$tuple": [1]}, {"$set": [1]}, {"a": [True]}]
TAGS = ["$tuple", "$set", "$frozenset", "$dict", "$map", "$float", "$int", "$num", "$bytes", "$hex",
        "$date", "$regexp", "$undefined", "$other", "$complex", "$ref", "$own"]  # fmt: skip
KEYS = st.sampled_from([
    "value", "error", "load_error", "type", "message", "text", "stage", "cannot_cross", "base",
    "cannotCross", "traceback", "stack", *TAGS,
]) | st.text(max_size=3)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.integers(-(10**400), 10**400) | st.floats()
    | st.text(max_size=8) | st.sampled_from(["nan", "-inf", "1e999999", "build", "name", "\ud800"])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
REPLIES = (
    st.dictionaries(KEYS, VALUES, max_size=4).map(json.dumps)
    | VALUES.map(lambda value: json.dumps({"value": value}))
    | VALUES.map(json.dumps)
    | st.text(max_size=20)
)
DEEP = json.dumps({"value": 1})[:-2] + "[" * 900 + "1" + "]" * 900 + "}"


def job_of(language: Language, expected: Json, kind: str = "exact") -> Job:
    cases = (Case(name="one", args=(1,), expected=expected, comparator=Comparator(kind=kind)),)
    task = Task(task_id="t", language=language, kind=TestKind.CALL, prompt="", entry_point="f",
                cases=cases)  # fmt: skip
    code = Code(source="def f(n): ...", form=Form.FULL)
    return Job(task, code, "f", Limits(), Trust.ISOLATED, lambda *_: [])


@given(REPLIES, st.sampled_from(LANGUAGES), st.sampled_from(EXPECTED),
       st.sampled_from(["exact", "json", "unordered", "float", "lines", "rows"]))  # fmt: skip
@example(DEEP, Language.PYTHON, [1], "exact")
@example('{"error": {"message": "\\ud800"}}', Language.PYTHON, 1, "exact")
@settings(max_examples=400)
def test_a_forged_reply_is_judged(text: str, language: Language, expected: Json, kind: str) -> None:
    job = job_of(language, expected, kind)
    try:
        result = judge_call(job, job.task.cases[0], {"reply": text, "process": {"exit": 0}})
    except BuildFailed:
        return
    assert json.loads(json_line(result))


def forged(stdout: str, language: Language) -> Outcome:
    """What examples make of a program's output, beside tests that pass."""
    job = job_of(language, [1])
    passed = Evaluation(Outcome(verdict=Verdict.PASSED, trust=Trust.ISOLATED))
    real = runners()[Language.PYTHON]

    def evaluate(one: Job) -> Evaluation:
        one.execute("python", [], one.limits)
        return passed

    report: dict[str, Any] = {"stdout": stdout, "exit": 0, "cause": None}
    answering = replace(job, execute=lambda _, steps, __: [report for _ in steps])
    both = evaluate_both(Runner("python", 1, evaluate, real.aside), answering, job)
    for one in both.called or ():
        assert json.loads(json_line(one.result))
    return both.evaluation.outcome


@given(REPLIES | st.from_regex(r"(exit|signal)? ?\d*.{0,3}", fullmatch=True))
@example("exit ²")
@example("signal " + "9" * 5000)
@example("exit -1")
@example(DEEP)
@settings(max_examples=300)
def test_a_forged_answer_of_an_example_is_judged_or_dropped(text: str) -> None:
    assert forged(f"\x020 {text}\x03", Language.PYTHON).verdict is Verdict.PASSED


@given(st.text(st.sampled_from('\x02\x03 019{}"²٣exitsgnal:'), max_size=60))
def test_forged_marks_give_an_answer_a_call(text: str) -> None:
    assert len(printed_answers({"stdout": text}, 3)) == 3


@given(VALUES | st.fixed_dictionaries({"grid": VALUES}) | st.fixed_dictionaries({"error": VALUES}))
@pytest.mark.parametrize("dialect", list(Dialect))
def test_rows_of_any_value_are_compared(dialect: Dialect, value: Json) -> None:
    """The database service is ours; the values in its rows are the response's."""
    state = SqlState(name="line 1", expected=(SqlGrid(rows=(("1", None), ("x", "2024-01-01"))),))
    spec = SqlSpec(dialect=dialect, states=(state,))
    cell = value if not isinstance(value, dict | list) else json.dumps(value)
    grid = {"columns": ["a", "b"], "rows": [[cell, {"$num": "1e5"}], [cell, {"$hex": "00"}]]}
    found = called(spec, state, {"reply": {"grid": grid}, "cause": None})
    assert json.loads(json_line(found.result))
    assert found.carried
