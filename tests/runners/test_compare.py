"""Comparators: what a user's task accepts, what it refuses, and what hostile values do."""

from __future__ import annotations

from typing import Any

import pytest

from harness.errors import TaskError
from harness.models import Case, Comparator, Language, Task, TestKind
from harness.runners.compare import (
    checker_input,
    comparator_for,
    matches,
    matches_any,
    normalise,
    show,
    validate,
)

NAN = {"$float": "nan"}
INF = {"$float": "inf"}


def accepts(kind: str, expected: Any, actual: Any, **options: Any) -> bool:
    printed = options.pop("printed", False)
    return matches(Comparator(kind=kind, **options), expected, actual, printed=printed).ok


@pytest.mark.parametrize(
    ("kind", "expected", "actual"),
    [
        ("json", [1, 2], {"$tuple": [1, 2]}),
        ("json", {"$tuple": [1, 2]}, [1, 2]),
        ("json", 2, 2.0),
        ("json", True, 1),
        ("json", {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        ("json", {"$price": 3}, {"$dict": [["$price", 3]]}),
        ("json", {"$int": "90071992547409931"}, {"$int": "90071992547409931"}),
        ("json", {"$int": "7" * 9000}, {"$int": "7" * 9000}),
        ("json", NAN, NAN),
        ("json", INF, INF),
        ("json", 0.0, {"$float": "-0"}),
        ("json", {"$undefined": 1}, {"$undefined": 1}),
        ("json", {"$map": [["a", 1]]}, {"$map": [["a", 1]]}),
        ("json", {"$set": [1, 2]}, {"$frozenset": [2, 1]}),
        ("json", {"$dict": [[1, "x"], [2, "y"]]}, {"$dict": [[2, "y"], [1, "x"]]}),
        ("exact", [1, [2]], [1, [2]]),
        ("exact", {"$bytes": "\xff\x00"}, {"$bytes": "\xff\x00"}),
        ("float", 0.3, 0.30000000000000004),
        ("float", [1, {"$complex": [1.0, 2.0]}], [1.0000000001, {"$complex": [1.0, 2.0]}]),
        ("float", [NAN, INF, "x"], [NAN, INF, "x"]),
        ("unordered", [1, 2, 2], {"$tuple": [2, 1, 2]}),
        ("unordered", [1, 2], {"$set": [2, 1]}),
        ("unordered", [[1, 2], [3]], [[3], [1, 2]]),
        ("unordered", [NAN, 1], [1, NAN]),
        ("rows", [[1, "a"], [2, "b"]], [{"$tuple": [1, "a"]}, {"$tuple": [2, "b"]}]),
        ("regex", r"\d{4}-\d\d", "2024-05"),
    ],
)
def test_accepted_values(kind: str, expected: Any, actual: Any) -> None:
    assert matches(Comparator(kind=kind), expected, actual).message == ""
    assert accepts(kind, expected, actual)


@pytest.mark.parametrize(
    ("kind", "expected", "actual"),
    [
        ("json", [1, 2], [2, 1]),
        ("json", [1, 2], [1, 2, 3]),
        ("json", [1, 2, 3], [1, 2]),
        ("json", "1", 1),
        ("json", "1.0", "1"),
        ("json", None, {"$undefined": 1}),
        ("json", None, False),
        ("json", [], {}),
        ("json", [1], {"$set": [1]}),
        ("json", {"1": "x"}, {"$dict": [[1, "x"]]}),
        ("json", {"a": 1}, {"a": 1, "b": 2}),
        ("json", {"a": 1, "b": 2}, {"a": 1}),
        ("json", 0.3, 0.30000000000000004),
        ("json", {"$int": "90071992547409931"}, {"$int": "90071992547409932"}),
        ("json", {"$int": "7" * 9000}, {"$int": "7" * 8999 + "8"}),
        ("json", {"$int": "9007199254740993"}, 9007199254740992.0),
        ("json", INF, {"$float": "-inf"}),
        ("json", "abc", {"$bytes": "abc"}),
        ("exact", [1, 2], {"$tuple": [1, 2]}),
        ("float", 1.0, 1.001),
        ("float", INF, 1e308),
        ("float", NAN, 0),
        ("float", True, 0.9999999999),
        ("float", 1.0, "1.0"),
        ("unordered", [1, 1, 2], [1, 2, 2]),
        ("unordered", [1, 2], [1, 2, 2]),
        ("rows", [[1], [2]], [[2], [1]]),
        ("regex", "a+", 3),
        ("regex", "a+", "aab"),
    ],
)
def test_refused_values_say_why(kind: str, expected: Any, actual: Any) -> None:
    match = matches(Comparator(kind=kind), expected, actual)
    assert not match.ok
    assert match.message


@pytest.mark.parametrize("kind", ["exact", "json", "float", "unordered", "rows", "lines"])
@pytest.mark.parametrize(
    "hostile",
    [
        {"$other": "AlwaysEqual", "repr": "42"},
        [{"$other": "AlwaysEqual", "repr": "42"}],
        {"$set": [[1]]},
        {"$set": 5},
        {"$dict": [[1, 2, 3]]},
        {"$dict": [[[], 1]]},
        {"$int": "0x10"},
        {"$int": 42},
        {"$int": "٤٢"},
        {"$float": "42"},
        {"$bytes": "☃"},
        {"$complex": ["a", "b"]},
        {"$tuple": None},
    ],
)
def test_values_that_cannot_cross_equal_nothing_not_even_themselves(
    kind: str, hostile: Any
) -> None:
    assert not accepts(kind, 42, hostile)
    assert not accepts(kind, hostile, hostile)


def test_a_forged_deep_value_is_refused_without_a_crash() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert not accepts("json", [], deep)
    assert not accepts("json", "[]", "[" * 900 + "]" * 900, printed=True)
    assert not accepts("json", "[]", "[" * 90000, printed=True)


def test_tolerance_is_that_of_the_expected_value() -> None:
    assert accepts("float", 100, 101, rel_tol=0.01)
    assert not accepts("float", 100, 101.5, rel_tol=0.01)
    assert not accepts("float", 1, 1e300, rel_tol=0.5)
    assert accepts("float", 0, 0.05, abs_tol=0.1)
    assert accepts("json", {"x": [0.1]}, {"x": [0.10000001]}, rel_tol=1e-6)
    assert accepts("unordered", [0.1, 0.2], [0.20000001, 0.1], rel_tol=1e-6)
    huge = 10**40
    assert accepts("float", {"$int": str(huge)}, {"$int": str(huge + 1)}, rel_tol=1e-30)
    assert not accepts("float", {"$int": str(huge)}, {"$int": str(huge + 1)}, rel_tol=1e-45)


@pytest.mark.parametrize(
    ("kind", "expected", "actual"),
    [
        ("lines", "a\nb\n", "a  \r\nb"),
        ("lines", "a\n", "a\n\n\n"),
        ("lines", "", "\n"),
        ("exact", "a\n", "a\n"),
        ("tokens", "1 2\n3", " 1\t2 3 "),
        ("float", "x 0.5\ninf", "x 0.50000000001\ninf"),
        ("unordered", "b\na\n", "a\nb\n"),
        ("rows", "a,1\nb,2.50", "a,1.0\nb,2.5"),
        ("rows", "a\t1,5\n", "a\t1,5"),
        ("rows", "x,1500,NaN", "x, 1.5e3 ,nan"),
        ("regex", r"done in \d+ ms", "done in 15 ms\n"),
    ],
)
def test_accepted_output(kind: str, expected: str, actual: str) -> None:
    assert matches(Comparator(kind=kind), expected, actual, printed=True).message == ""


@pytest.mark.parametrize(
    ("kind", "expected", "actual"),
    [
        ("lines", "a\nb", "a\nb\nc"),
        ("lines", "a\nb", "a"),
        ("lines", "a", " a"),
        ("lines", "a\n\nb", "a\nb"),
        ("lines", "", "PASSED"),
        ("lines", "A", "a"),
        ("exact", "a\n", "a"),
        ("tokens", "1 2", "1 2 3"),
        ("tokens", "12", "1 2"),
        ("float", "0.5", "0.6"),
        ("float", "0.5", "0.5 0.5"),
        ("float", "1000", "1_000"),
        ("unordered", "a\na\nb", "a\nb\nb"),
        ("rows", "a,1\nb,2", "b,2\na,1"),
        ("rows", "a,1", "a,1,1"),
        ("rows", "9007199254740993.03", "9007199254740994.00"),
        ("float", "1", "1e999999999999"),
        ("float", "1", "1e99999"),
        ("regex", "done", "not done"),
        ("json", '{"a": 1}', "{'a': 1}"),
        ("json", '{"a": 1}', '{"a": 1} {"a": 1}'),
    ],
)
def test_refused_output_says_where(kind: str, expected: str, actual: str) -> None:
    match = matches(Comparator(kind=kind), expected, actual, printed=True)
    assert not match.ok
    assert match.message


def test_options() -> None:
    assert accepts("lines", "Yes", "YES", ignore_case=True)
    assert accepts("regex", "yes", "YES", ignore_case=True)
    assert accepts("rows", "a,1\nb,2", "b,2\na,1", ordered=False)
    assert accepts("rows", [[1], [2]], [[2], [1]], ordered=False)
    assert accepts("json", '{"a": [1, 2.0]}', '{"a":[1.0,2]}\n', printed=True)


def test_messages_name_the_first_difference() -> None:
    found = matches(Comparator(kind="json"), {"a": [1, 2]}, {"a": [1, 3]})
    assert found.message == "at ['a'][1]: expected 2, got 3"
    found = matches(Comparator(kind="lines"), "a\nb", "a\nc", printed=True)
    assert found.message == "line 2: expected 'b', got 'c'"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.PYTHON, "at [0]: expected None, got True"),
        (Language.CPP, "at [0]: expected null, got true"),
        (Language.JAVASCRIPT, "at [0]: expected null, got true"),
    ],
)
def test_messages_speak_the_language_of_the_program(language: Language, said: str) -> None:
    found = matches_any(Comparator(kind="json"), [None], [], [True], language=language)
    assert found.message == said


def test_a_pattern_that_backtracks_for_ever_is_a_failed_case() -> None:
    match = matches(Comparator(kind="regex"), r"(a|aa|a?)+$c", "a" * 5000 + "b", printed=True)
    assert not match.ok


def test_a_huge_text_is_not_matched_at_all() -> None:
    match = matches(Comparator(kind="regex"), ".*", "a" * 3_000_000, printed=True)
    assert not match.ok
    assert "too long" in match.message


def test_any_of_accepts_each_valid_answer_and_explains_the_first() -> None:
    json = Comparator(kind="json")
    assert matches_any(json, "bab", ["aba"], "aba").ok
    refused = matches_any(json, "bab", ["aba"], "bb")
    assert not refused.ok
    assert "'bab'" in refused.message


def test_defaults_follow_the_kind_of_task_and_the_case_wins() -> None:
    def task(kind: TestKind, **more: Any) -> Task:
        return Task(task_id="t", language=Language.PYTHON, kind=kind, prompt="", **more)

    assert comparator_for(task(TestKind.STDIO)).kind == "lines"
    assert comparator_for(task(TestKind.CALL)).kind == "json"
    exact = task(TestKind.CALL, comparator=Comparator(kind="exact"))
    assert comparator_for(exact).kind == "exact"
    case = Case(name="c", comparator=Comparator(kind="tokens"))
    assert comparator_for(exact, case).kind == "tokens"


@pytest.mark.parametrize(
    ("comparator", "expected"),
    [
        (Comparator(kind="fuzzy"), 1),
        (Comparator(kind="checker"), 1),
        (Comparator(kind="regex"), "("),
    ],
)
def test_a_comparator_that_makes_no_sense_is_an_error_of_the_task(
    comparator: Comparator, expected: Any
) -> None:
    with pytest.raises(TaskError):
        validate(comparator, expected)


def test_a_checker_is_never_run_here() -> None:
    checker = Comparator(kind="checker", program="raise SystemExit(0)")
    with pytest.raises(TaskError, match="sandbox"):
        matches(checker, 1, 1)
    assert checker_input("3\n", "a", "b") == '{"input": "3\\n", "expected": "a", "actual": "b"}'


@pytest.mark.parametrize(
    ("value", "python", "javascript"),
    [
        ([True, None, "x"], "[True, None, 'x']", '[true, null, "x"]'),
        ({"$tuple": [1]}, "(1,)", "[1]"),
        ({"$set": []}, "set()", "Set{}"),
        ({"$dict": [[1, 2.5]]}, "{1: 2.5}", "{1: 2.5}"),
        (NAN, "nan", "NaN"),
        ({"$undefined": 1}, "undefined", "undefined"),
        ({"$map": [["a", 1]]}, 'Map{"a": 1}', 'Map{"a": 1}'),
        ({"$date": 5}, "Date(5)", "Date(5)"),
        ({"$regexp": ["a+", "g"]}, "/a+/g", "/a+/g"),
        ({"$other": "Evil", "repr": "hi"}, "<Evil> hi", "<Evil> hi"),
        ({"$int": "1" * 30}, "1" * 30, "1" * 30),
    ],
)
def test_values_are_shown_as_their_language_writes_them(
    value: Any, python: str, javascript: str
) -> None:
    assert show(value, Language.PYTHON) == python
    assert show(value, Language.JAVASCRIPT) == javascript


def test_shown_text_is_capped_and_can_be_written_to_a_file() -> None:
    assert len(show("x" * 100_000)) < 2_100
    for language in (Language.PYTHON, Language.JAVASCRIPT):
        show("\ud800", language).encode("utf-8")


def test_normalise_gives_plain_python() -> None:
    wire = {"a": {"$tuple": [{"$int": "9" * 20}, {"$bytes": "é"}]}, "b": {"$set": [1]}}
    assert normalise(wire) == {"a": (int("9" * 20), b"\xe9"), "b": frozenset({1})}
