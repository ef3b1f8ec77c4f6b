"""What holds between the fields of a rubric: ids that exist, scales in order, keys that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from harness.models.judgment import MAX_PREFERENCE
from harness.models.rubric import HelpSteer2, Mode, Question, Rubric, When
from harness.rubrics._tree import Path_
from harness.rubrics._wording import meant
from harness.rubrics.keys import check_keys


@dataclass(frozen=True)
class Mistake:
    """A mistake at a path of the file; of_key: the key is to blame, not its value."""

    path: Path_
    message: str
    fix: str
    of_key: bool = False


def check_rubric(rubric: Rubric) -> Iterator[Mistake]:
    """Every mistake between fields, in the order of the form."""
    for check in _CHECKS:
        yield from check(rubric)


def actions_of(rubric: Rubric) -> list[str]:
    """Actions this rubric adds to the desk's own."""
    marks, reasons = rubric.marks, rubric.reasons
    return [
        *(f"axis.{axis.id}" for axis in rubric.axes),
        *(["acceptable"] if rubric.acceptable else []),
        *(f"reason.{one.id}" for one in (reasons.categories if reasons else ())),
        *(["justification"] if rubric.justification else []),
        *(f"severity.{one.id}" for one in (marks.severities if marks else ())),
        *(f"category.{one.id}" for one in (marks.categories if marks else ())),
    ]


def _mode(rubric: Rubric) -> Iterator[Mistake]:
    wanted = {Mode.PAIRWISE: "preference", Mode.RANKING: "ranking"}.get(rubric.mode)
    for section in ("preference", "ranking"):
        there = getattr(rubric, section) is not None
        if there and section != wanted:
            message = f"mode {rubric.mode} asks for no {section}"
            yield Mistake((section,), message, "remove it, or change mode", of_key=True)
        elif not there and section == wanted:
            yield Mistake(("mode",), f"mode {rubric.mode} needs {section}", f"add {section}: …")
    if rubric.mode is Mode.SINGLE and not rubric.axes and rubric.acceptable is None:
        yield Mistake((), "nothing is asked", "add axes: or acceptable:")


def _ids(rubric: Rubric) -> Iterator[Mistake]:
    yield from _twice(("axes",), [axis.id for axis in rubric.axes])
    if rubric.reasons:
        yield from _twice(
            ("reasons", "categories"), [category.id for category in rubric.reasons.categories]
        )
    if rubric.marks:
        yield from _twice(("marks", "severities"), [one.id for one in rubric.marks.severities])
        yield from _twice(("marks", "categories"), [one.id for one in rubric.marks.categories])


def _twice(path: Path_, ids: Iterable[str]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            yield Mistake((*path, number, "id"), f"the id {one} is used twice", "choose another")
        seen.add(one)


def _scales(rubric: Rubric) -> Iterator[Mistake]:
    for number, axis in enumerate(rubric.axes):
        values = [point.value for point in axis.scale]
        for place, (before, value) in enumerate(pairwise(values), 1):
            if value <= before:
                path = ("axes", number, "scale", place, "value")
                message = f"{value} comes after {before}"
                yield Mistake(path, message, "list the values from low to high, each once")


def _helpsteer2(rubric: Rubric) -> Iterator[Mistake]:
    seen: set[HelpSteer2] = set()
    for number, axis in enumerate(rubric.axes):
        if axis.helpsteer2 is None:
            continue
        path = ("axes", number, "helpsteer2")
        if axis.helpsteer2 in seen:
            message = f"two axes become {axis.helpsteer2}"
            yield Mistake(path, message, "keep it at one of them")
        seen.add(axis.helpsteer2)
        if not all(0 <= point.value <= 4 for point in axis.scale):
            yield Mistake(path, "helpsteer2 knows the values 0 to 4 only", "change the scale")


def _labels(rubric: Rubric) -> Iterator[Mistake]:
    if rubric.preference is None:
        return
    path: Path_ = ("preference", "labels")
    steps = set(rubric.preference.labels)
    most = max((abs(step) for step in steps), default=0)
    if not 1 <= most <= MAX_PREFERENCE:
        message = f"the steps end at {most}"
        yield Mistake(path, message, f"use -1 … 1, -2 … 2 or -{MAX_PREFERENCE} … {MAX_PREFERENCE}")
        return
    for step in range(-most, most + 1):
        if step and step not in steps:
            message = f"no label for {step}"
            yield Mistake(path, message, f'add {step}: "…", both sides need the same steps')


def _lengths(rubric: Rubric) -> Iterator[Mistake]:
    wanted = rubric.justification
    if wanted and wanted.min_chars > wanted.max_chars:
        message = f"min_chars {wanted.min_chars} is above max_chars {wanted.max_chars}"
        yield Mistake(("justification", "min_chars"), message, "swap them")
    reasons = rubric.reasons
    if reasons and reasons.at_most and reasons.at_most > len(reasons.categories):
        message = f"at_most {reasons.at_most}, but there are {len(reasons.categories)} categories"
        yield Mistake(("reasons", "at_most"), message, "leave it out")


def questions(rubric: Rubric) -> Iterator[tuple[Path_, Question]]:
    """Every question of the form with its path."""
    for number, axis in enumerate(rubric.axes):
        yield ("axes", number), axis
    for name in ("acceptable", "preference", "ranking", "reasons", "justification", "marks"):
        question = getattr(rubric, name)
        if question is not None:
            yield (name,), question


def _conditions(rubric: Rubric) -> Iterator[Mistake]:
    for path, question in questions(rubric):
        if question.when is None:
            continue
        if "required" in question.model_fields_set and not question.required:
            message = "required: false and when: contradict each other"
            yield Mistake((*path, "when"), message, "remove one of them", of_key=True)
        yield from _condition(rubric, (*path, "when"), question.when)


def _condition(rubric: Rubric, path: Path_, when: When) -> Iterator[Mistake]:
    subjects = [
        name
        for name in ("axis", "acceptable", "preference", "any", "all")
        if getattr(when, name) not in (None, ())
    ]
    if len(subjects) != 1:
        has = " and ".join(subjects) or "none"
        fix = "name one of axis, acceptable, preference, any, all; combine with any: or all:"
        yield Mistake(path, f"a condition has one subject, this has {has}", fix)
        return
    bounds = [name for name in ("at_least", "at_most", "equals") if getattr(when, name) is not None]
    yield from _bounds(path, subjects[0], bounds, when)
    if when.axis is not None:
        yield from _axis_condition(rubric, path, when)
    if when.acceptable is not None and rubric.acceptable is None:
        fix = "add acceptable: …, or remove the condition"
        yield Mistake((*path, "acceptable"), "this rubric asks for no acceptable", fix)
    if when.preference is not None and rubric.preference is None:
        fix = "add preference: …, or remove the condition"
        yield Mistake((*path, "preference"), "this rubric asks for no preference", fix)
    for name in ("any", "all"):
        for number, inner in enumerate(getattr(when, name)):
            yield from _condition(rubric, (*path, name, number), inner)


def _bounds(path: Path_, subject: str, bounds: list[str], when: When) -> Iterator[Mistake]:
    if subject == "axis" and not bounds:
        yield Mistake(path, "no bound for the axis", "add at_most:, at_least: or equals:")
    rated = subject == "axis" or when.preference == "decided"
    if bounds and not rated:
        message = f"{bounds[0]} says nothing about {subject}"
        fix = "use it with axis: or with preference: decided"
        yield Mistake((*path, bounds[0]), message, fix, of_key=True)
    if when.at_least is not None and when.at_most is not None and when.at_least > when.at_most:
        message = f"nothing is at least {when.at_least} and at most {when.at_most}"
        yield Mistake((*path, "at_most"), message, "swap them")


def _axis_condition(rubric: Rubric, path: Path_, when: When) -> Iterator[Mistake]:
    axis = rubric.axis(when.axis or "")
    if axis is None:
        fix = meant(str(when.axis), [one.id for one in rubric.axes])
        yield Mistake((*path, "axis"), f"no axis is called {when.axis}", fix)
        return
    low, high = axis.scale[0].value, axis.scale[-1].value
    for name in ("at_least", "at_most", "equals"):
        value = getattr(when, name)
        if value is not None and not low <= value <= high:
            message = f"{axis.id} goes from {low} to {high}"
            yield Mistake((*path, name), message, f"use a value of that scale, not {value}")


def _keys(rubric: Rubric) -> Iterator[Mistake]:
    for fault in check_keys(rubric.keys, actions_of(rubric)):
        yield Mistake(("keys", fault.action), fault.message, fault.fix, of_key=True)


_CHECKS: tuple[Callable[[Rubric], Iterator[Mistake]], ...] = (
    _mode, _ids, _scales, _helpsteer2, _labels, _lengths, _conditions, _keys,
)  # fmt: skip
