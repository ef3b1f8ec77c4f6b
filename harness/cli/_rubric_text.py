"""A rubric as text, in the order of the form."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from harness.models.rubric import Category, Choice, Question, Rubric, When

COLUMNS = 96
_PREFERENCE = {
    Choice.TIE: "a tie",
    Choice.BOTH_BAD: "both are bad",
    Choice.DECIDED: "one is better",
}


def rubric_text(rubric: Rubric) -> str:
    """Everything a trainer is asked, for a terminal of 100 columns."""
    languages = ", ".join(rubric.languages) or "any language"
    head = f"{rubric.ref}  {rubric.title}\n{rubric.mode}, {languages}, {rubric.digest[:12]}"
    parts = [head, _wrapped(rubric.description, 0), *_parts(rubric)]
    if rubric.keys:
        keys = (f"  {key:<12} {action}" for action, key in rubric.keys.items())
        parts.append("\n".join(["Keys", *keys]))
    if rubric.guidelines:
        parts.append("Guidelines\n" + textwrap.indent(rubric.guidelines, "  "))
    return "\n\n".join(part for part in parts if part)


def _parts(rubric: Rubric) -> Iterator[str]:
    for axis in rubric.axes:
        points = (f"{point.value:>3}  {point.title}: {point.anchor}" for point in axis.scale)
        yield _section(axis.id, axis, points)
    if rubric.acceptable:
        yield _section("acceptable", rubric.acceptable, ["  yes or no, for each response"])
    if rubric.preference:
        steps = sorted(rubric.preference.labels.items())
        rows = [f"{step:>+3}  {label}" if step else f"  0  {label}" for step, label in steps]
        if rubric.preference.both_bad:
            rows.append(f"     {rubric.preference.both_bad}")
        yield _section("preference", rubric.preference, rows)
    if rubric.ranking:
        ties = "ties allowed" if rubric.ranking.ties else "no ties"
        yield _section("ranking", rubric.ranking, [f"  all responses, best first; {ties}"])
    if rubric.reasons:
        most = f", at most {rubric.reasons.at_most}" if rubric.reasons.at_most else ""
        yield _section(f"reasons{most}", rubric.reasons, _words(rubric.reasons.categories))
    if rubric.justification:
        least, most_chars = rubric.justification.min_chars, rubric.justification.max_chars
        yield _section(
            "justification", rubric.justification, [f"  {least} to {most_chars} characters"]
        )
    if rubric.marks:
        rows = [*_words(rubric.marks.severities), "  on", *_words(rubric.marks.categories)]
        yield _section("marks", rubric.marks, rows)


def _section(name: str, question: Question, rows: Iterable[str]) -> str:
    head = _wrapped(f"{question.title}  [{name}; {_asked(question)}]", 2)
    lines = (_wrapped(row, 7) for row in rows)
    return "\n".join(
        [head, *([_wrapped(f"  {question.help}", 2)] if question.help else []), *lines]
    )


def _asked(question: Question) -> str:
    if question.when is not None:
        return f"required when {condition_text(question.when)}"
    return "required" if question.required else "optional"


def condition_text(when: When) -> str:
    """A condition in words."""
    for name, word in (("any", " or "), ("all", " and ")):
        inner = [condition_text(one) for one in getattr(when, name)]
        if inner:
            return word.join(inner) if len(inner) == 1 else f"({word.join(inner)})"
    if when.acceptable is not None:
        return "acceptable" if when.acceptable else "not acceptable"
    subject = when.axis or _PREFERENCE[when.preference or Choice.DECIDED]
    bounds = {"at least": when.at_least, "at most": when.at_most, "exactly": when.equals}
    said = [f"{name} {value}" for name, value in bounds.items() if value is not None]
    by = " by" if when.preference and said else ""
    return f"{subject}{by} {' and '.join(said)}".strip()


def _words(categories: Iterable[Category]) -> list[str]:
    return [
        f"  {one.id}: {one.title}" + (f". {one.help}" if one.help else "") for one in categories
    ]


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(text, COLUMNS, subsequent_indent=" " * indent, drop_whitespace=True)
