"""Judge a case again from what a result keeps of it: nothing is run.

A result keeps display text, so a value can be compared again only where its text says all: it was
not cut short, and reading it back and showing it gives the same text.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

from harness.models import Case, CaseResult, Json, Language, Task, TestKind, Verdict
from harness.runners._calls import call_text, expected_text, match_value
from harness.runners._job import judged, shorten
from harness.runners.compare import Match, comparator_for, matches_any, show

_CUT = re.compile(r"… \(\d+ characters\)\Z")
_RAISED = re.compile(r"raises ([^:\s]+)")
# What a type with tuples in it is spelled with.
_TUPLES = {Language.CPP: ("tuple", "pair"), Language.CSHARP: ("(", "Tuple")}
_COMPARED = (Verdict.PASSED, Verdict.FAILED)


class CannotJudge(Exception):
    """Why a case cannot be judged again; the text finishes "cannot be rescored: …"."""


def judge_again(task: Task, case: Case, found: CaseResult) -> CaseResult:
    """The case as ``task`` judges it now. A bad ending (time, memory …) stays what it was.

    Raises CannotJudge.
    """
    if task.kind is TestKind.STDIO:
        return _output(task, case, found)
    if task.kind is TestKind.CALL:
        return _call(task, case, found)
    raise CannotJudge(f"a {task.kind} task is judged by what runs, not by values")


def _output(task: Task, case: Case, found: CaseResult) -> CaseResult:
    if found.input != shorten(case.stdin):
        raise CannotJudge("its input changed")
    expected = {"expected": shorten(str(case.expected))}
    if found.verdict not in _COMPARED:
        return found.model_copy(update=expected)
    if comparator_for(task, case).kind == "checker":
        raise CannotJudge("a checker is a program that would have to run")
    if _CUT.search(found.actual):
        raise CannotJudge("only the beginning of its output was kept")
    match = matches_any(
        comparator_for(task, case), case.expected, case.any_of, found.actual,
        printed=True, language=task.language,
    )  # fmt: skip
    return found.model_copy(update={**expected, **_verdict(match)})


def _call(task: Task, case: Case, found: CaseResult) -> CaseResult:
    if case.check not in {"call", "type"}:
        raise CannotJudge("a signature is read from the code")
    # The name in front may be the response's own.
    if found.input.partition("(")[2] != call_text(task, "", case).partition("(")[2]:
        raise CannotJudge("its input changed")
    raised = _RAISED.match(found.actual)
    changed: dict[str, object] = {"expected": expected_text(task, case)}
    if raised and found.verdict is not Verdict.MEMORY_LIMIT:
        changed |= _raised(case, raised[1], found)
    elif found.verdict in _COMPARED and found.actual:
        _require_types(task, case)
        value = read_shown(found.actual, task.language)
        if case.raises:
            changed |= {"verdict": Verdict.FAILED, "message": "nothing was raised"}
        else:
            changed |= _verdict(match_value(task, case, value, _no_checker))
    elif found.verdict in _COMPARED:
        raise CannotJudge("its value could not leave the program")
    return found.model_copy(update=changed)


def _require_types(task: Task, case: Case) -> None:
    """An exact comparison tells tuples from lists; of typed languages' values the text does not."""
    if comparator_for(task, case).kind != "exact" or task.language not in _TUPLES:
        return
    returns = task.signature.returns if task.signature else _TUPLES[task.language][0]
    if any(word in returns for word in _TUPLES[task.language]):
        raise CannotJudge("an exact comparison tells tuples from arrays, what was kept does not")


def _raised(case: Case, name: str, found: CaseResult) -> dict[str, object]:
    if case.raises is None:
        return {"verdict": Verdict.RUNTIME_ERROR, "message": found.message or found.actual}
    if case.raises == name:
        return {"verdict": Verdict.PASSED, "message": ""}
    if found.expected == f"raises {case.raises}":  # as before: bases were looked at then
        return {}
    raise CannotJudge(f"it raised {name}, and whether that is a {case.raises} was not kept")


def _verdict(match: Match) -> dict[str, object]:
    return {"verdict": judged(match), "message": match.message}


def _no_checker(_value: Json) -> Match:
    raise CannotJudge("a checker is a program that would have to run")


def read_shown(text: str, language: Language) -> Any:
    """The value whose display text this is. Raises CannotJudge if the text does not say all."""
    if _CUT.search(text):
        raise CannotJudge("only the beginning of its value was kept")
    try:
        value = _python(text) if language is Language.PYTHON else json.loads(text)
        same = show(value, language) == text
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        same, value = False, None
    if not same:
        raise CannotJudge(f"its value cannot be read back from {shorten(text, 60)!r}")
    return value


def _python(text: str) -> Any:
    with warnings.catch_warnings():
        # Text that is no repr may hold what looks like a bad escape.
        warnings.simplefilter("ignore", SyntaxWarning)
        return _frozen(ast.literal_eval(text))


def _frozen(value: Any) -> Any:
    """Sets as values have them."""
    if isinstance(value, set):
        return frozenset(map(_frozen, value))
    if isinstance(value, list | tuple):
        return type(value)(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
