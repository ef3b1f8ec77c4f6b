"""What the scripted reviewers say of a pair: a rule over what the desk shows them.

They see what every trainer sees, tests and code, and neither models nor flags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from harness.demo.trainer import Entered
from harness.models import LineMark, Result, Verdict
from harness.models.review import Work
from harness.reporting.text import one_line, plural

_RIGHT = 4
_LONGER, _MUCH_LONGER = 1.2, 1.5  # times as many lines as the other one
_CRASHES = {Verdict.BUILD_FAILED: "does not build", Verdict.RUNTIME_ERROR: "crashes",
            Verdict.TIMEOUT: "does not end in time"}  # fmt: skip
_BEGINS = re.compile(
    r"(import|from|using|#include|def|class|struct|function|public|static|module|[#/{}()*]|--)"
)
_EDGE_CASES = 0.25  # a smaller share of failed tests is one missed edge case


def strict(work: Work, _number: int) -> Entered:
    """The first reviewer goes by the tests alone."""
    return _plan(work, milder=False)


def lenient(work: Work, number: int) -> Entered:
    """The second is milder on every other pair, torn on the fifth, contrary on the tenth.

    So that there is something to measure when the two are compared. number: of the pair, from 0.
    """
    plan = _plan(work, milder=number % 2 == 1)
    if number % 10 == 4:
        plan.preference = 0
        plan.why += " Both would do, though: it is soon mended."
    if number % 10 == 9:
        plan.preference = -1 if plan.preference > 0 else 1
        plan.why += " But the other one is sooner mended."
    return plan


def _plan(work: Work, *, milder: bool) -> Entered:
    by_position = {one.position: one.result for one in work.responses}
    left, right = (by_position[place] for place in work.assignment.order)
    sides = (("A", left, right), ("B", right, left))
    apart = correctness(right) - correctness(left)
    strength = max(1, min(3, abs(apart)) - milder)
    return Entered(
        ratings={letter: _ratings(own, other, milder) for letter, own, other in sides},
        acceptable={letter: own.verdict is Verdict.PASSED for letter, own, _ in sides},
        preference=0 if not apart else strength if apart > 0 else -strength,
        reason=_reason(left if apart > 0 else right),
        why=_why(left, right),
        marks=[mark for letter, own, other in sides for mark in _marks(letter, own, other)],
    )


def correctness(result: Result) -> int:
    """0 … 4 by the share of tests that pass; 4 for all of them only."""
    if result.verdict is Verdict.PASSED:
        return _RIGHT
    passed = len(result.cases) - len(_failed(result))
    share = passed / len(result.cases) if result.cases else 0.0
    return min(3, int(_RIGHT * share))


def _failed(result: Result) -> list[str]:
    return [one.name for one in result.cases if one.verdict is not Verdict.PASSED]


def _ratings(one: Result, other: Result, milder: bool) -> dict[str, int]:
    """In the order of the form; five and thirty lines of code are steps of complexity."""
    points = correctness(one)
    lines, others = one.code.count("\n") + 1, other.code.count("\n") + 1
    longer = lines > (_LONGER if milder else _MUCH_LONGER) * others
    return {
        "correctness": points,
        "helpfulness": min(_RIGHT, points + (milder and points > 0)),
        "coherence": 1 if one.verdict is Verdict.BUILD_FAILED else 3 if points < _RIGHT else 4,
        "complexity": 1 + (lines > 5) + (lines > 30),
        "verbosity": 3 if longer else 2,
    }


def _marks(letter: str, own: Result, other: Result) -> Iterator[LineMark]:
    """One on what does not pass."""
    line = first_other_line(own.code, other.code)
    if own.verdict is not Verdict.PASSED and line:
        yield LineMark(
            response=letter, first_line=line, last_line=line, severity="breaks",
            category="logic", note="the other answer has no such line",
        )  # fmt: skip


def _reason(worse: Result) -> str:
    if worse.verdict in _CRASHES:
        return "crash"
    few = len(_failed(worse)) <= _EDGE_CASES * len(worse.cases)
    return "edge-case" if few else "wrong-result"


def _why(left: Result, right: Result) -> str:
    better = "A" if correctness(left) >= correctness(right) else "B"
    return f"{_said('A', left)} {_said('B', right)} Of the two I would merge {better}."


def _said(letter: str, result: Result) -> str:
    if result.verdict is Verdict.PASSED:
        return f"{letter} passes all of its {plural(len(result.cases), 'test')}."
    what = _CRASHES.get(result.verdict, "is wrong")
    failed = _failed(result)
    if not failed or result.verdict is Verdict.BUILD_FAILED:
        return f"{letter} {what}."
    tests = plural(len(result.cases), "test")
    return f"{letter} {what} in {len(failed)} of {tests}, first for “{one_line(failed[0], 60)}”."


def first_other_line(code: str, other: str) -> int | None:
    """The first line, from 1, that the other program lacks; None if there is none.

    Lines that only begin something (imports, signatures, comments) come after all others.
    """
    own, others = ([line.strip() for line in text.splitlines()] for text in (code, other))
    blocks = SequenceMatcher(None, own, others, autojunk=False).get_opcodes()
    unlike = [
        at
        for tag, start, end, _, _ in blocks
        if tag in {"replace", "delete"}
        for at in range(start, end)
        if own[at]
    ]
    return min(unlike, key=lambda at: (bool(_BEGINS.match(own[at])), at), default=-1) + 1 or None
