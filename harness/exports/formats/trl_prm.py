"""TRL's stepwise format, for process reward models: a program line by line, each right or wrong.

A step is a line of the program; blank lines belong to the line above. Cutting at the marks instead
would show where the wrong lines are. A line is wrong if most judgments mark it with a severity that
the rubric calls ``wrong``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.exports.export import Drop, Export, Feeds, Row, RowContext, rating_row
from harness.exports.shapes import TEXT, YES_NO, ListOf, Struct
from harness.models.pair import Rating
from harness.models.rubric import Rubric


def _missing(rubric: Rubric) -> tuple[str, ...]:
    if rubric.marks is None:
        return ("marks: lines of a response that are marked",)
    if not any(severity.wrong for severity in rubric.marks.severities):
        return ("marks.severities: one with wrong: true",)
    return ()


def _row(rating: Rating, context: RowContext) -> Row:
    assert context.rubric is not None
    steps = list(_steps(rating.side.code))
    if not steps:
        raise Drop("no line of code")
    bad = _wrong_lines(rating, context.rubric)
    labels = [not any(line in bad for line in range(first, end)) for first, end, _ in steps]
    if all(labels) and rating.acceptable is False:
        raise Drop("not acceptable, but no line is marked as wrong")
    return {
        "prompt": rating.item.prompt,
        "completions": [text for _, _, text in steps],
        "labels": labels,
    }


def _steps(code: str) -> Iterator[tuple[int, int, str]]:
    """(first line, line behind the last one, text); joined by line breaks they are the program."""
    lines = code.replace("\r\n", "\n").rstrip("\n").split("\n")
    starts = [at for at, line in enumerate(lines) if line.strip()]
    for number, start in enumerate(starts):
        begin = 0 if number == 0 else start
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        yield begin + 1, end + 1, "\n".join(lines[begin:end])


def _wrong_lines(rating: Rating, rubric: Rubric) -> set[int]:
    severities = rubric.marks.severities if rubric.marks else ()
    wrong = {one.id for one in severities if one.wrong}
    name = str(rating.side.position)
    marked: Counter[int] = Counter()
    for vote in rating.votes:
        lines: set[int] = set()
        for mark in vote.answer.get("marks", ()):
            if mark["response"] == name and mark["severity"] in wrong:
                lines.update(range(mark["first_line"], mark["last_line"] + 1))
        marked.update(lines)
    return {line for line, count in marked.items() if 2 * count > len(rating.votes)}


EXPORT = Export(
    name="trl-prm",
    title="TRL stepwise supervision: lines of a program, each right or wrong (PRM)",
    feeds=Feeds.RATING,
    row=rating_row(_row),
    shape=Struct({"prompt": TEXT, "completions": ListOf(TEXT), "labels": ListOf(YES_NO)}),
    missing=_missing,
    needs_people=True,
    tasks=("token-classification",),
)
