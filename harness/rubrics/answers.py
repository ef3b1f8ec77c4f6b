"""Is an answer what a rubric asks for? Every problem names its field and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.models import Answer, Problem
from harness.models.rubric import Axis, Mode, Question, Rubric
from harness.rubrics._conditions import holds
from harness.rubrics._length import real_length
from harness.rubrics._wording import meant


def check_answer(
    rubric: Rubric,
    answer: Answer,
    *,
    responses: Sequence[str] | None = None,
    lines: Mapping[str, int] | None = None,
    draft: bool = False,
) -> tuple[Problem, ...]:
    """Problems of an answer, in the order of the form; none means that it can be submitted.

    responses: names of the item's responses in item order, ``("1", "2")`` if left out (``("1",)``
    where the rubric is about one; those ranked where it ranks). lines: how many lines of code each
    has, to check marks against. draft: what is missing is no problem yet, what is wrong is.
    """
    check = _Check(rubric, answer, _names(rubric, answer, responses), lines or {}, draft)
    return tuple(problem for part in _PARTS for problem in part(check))


def _names(rubric: Rubric, answer: Answer, given: Sequence[str] | None) -> tuple[str, ...]:
    if given is not None:
        return tuple(given)
    if rubric.mode is Mode.RANKING:
        return tuple(dict.fromkeys(name for place in answer.ranking for name in place))
    return ("1",) if rubric.mode is Mode.SINGLE else ("1", "2")


@dataclass(frozen=True)
class _Check:
    """One answer under examination."""

    rubric: Rubric
    answer: Answer
    responses: tuple[str, ...]
    lines: Mapping[str, int]
    draft: bool

    def wanted(self, question: Question, *responses: str) -> bool:
        """Whether an answer to ``question`` may not be missing, about these responses."""
        if self.draft:
            return False
        if question.when is None:
            return question.required
        return holds(question.when, self.answer, responses or self.responses)

    def stranger(self, field: str, response: str) -> Iterator[Problem]:
        """A problem if ``response`` is none of the item's."""
        if response not in self.responses:
            fix = f"use one of {', '.join(self.responses)}" if self.responses else "remove it"
            yield Problem(field=field, message=f"there is no response {response}", fix=fix)


def _count(check: _Check) -> Iterator[Problem]:
    found, mode = len(check.responses), check.rubric.mode
    fits = {Mode.SINGLE: found == 1, Mode.PAIRWISE: found == 2, Mode.RANKING: found >= 2}
    if not fits[mode] and not (check.draft and mode is Mode.RANKING):
        message = f"a {mode} rubric cannot judge {found} responses"
        fix = "use a rubric of another mode, or show the responses as pairs"
        yield Problem(field="responses", message=message, fix=fix)


def _ratings(check: _Check) -> Iterator[Problem]:
    for response, ratings in check.answer.ratings.items():
        yield from check.stranger(f"ratings.{response}", response)
        for axis_id, value in ratings.items():
            yield from _rating(check.rubric, f"ratings.{response}.{axis_id}", axis_id, value)
    for response in check.responses:
        for axis in check.rubric.axes:
            missing = axis.id not in check.answer.ratings.get(response, {})
            if missing and check.wanted(axis, response):
                field = f"ratings.{response}.{axis.id}"
                message = f"{axis.title} is not rated for response {response}"
                yield Problem(field=field, message=message, fix=f"choose {_span(axis)}")


def _rating(rubric: Rubric, field: str, axis_id: str, value: int) -> Iterator[Problem]:
    axis = rubric.axis(axis_id)
    if axis is None:
        fix = meant(axis_id, [one.id for one in rubric.axes])
        yield Problem(field=field, message=f"{rubric.ref} has no axis {axis_id}", fix=fix)
    elif value not in [point.value for point in axis.scale]:
        message = f"{value} is not on the scale of {axis.title}"
        yield Problem(field=field, message=message, fix=f"choose {_span(axis)}")


def _span(axis: Axis) -> str:
    values = [point.value for point in axis.scale]
    if values == list(range(values[0], values[-1] + 1)):
        return f"{values[0]} to {values[-1]}"
    return ", ".join(map(str, values))


def _acceptable(check: _Check) -> Iterator[Problem]:
    question = check.rubric.acceptable
    if question is None:
        yield from _unasked(bool(check.answer.acceptable), "acceptable")
        return
    for response in check.answer.acceptable:
        yield from check.stranger(f"acceptable.{response}", response)
    for response in check.responses:
        if response not in check.answer.acceptable and check.wanted(question, response):
            message = f"no yes or no for response {response}: {question.title}"
            yield Problem(field=f"acceptable.{response}", message=message, fix="say yes or no")


def _preference(check: _Check) -> Iterator[Problem]:
    answer, question = check.answer, check.rubric.preference
    if question is None:
        anything = answer.preference is not None or answer.tie or answer.both_bad
        yield from _unasked(anything, "preference")
        return
    if answer.preference is None:
        if check.wanted(question):
            fix = "choose a step" + (", or both bad" if question.both_bad else "")
            yield Problem(field="preference", message=f"not said: {question.title}", fix=fix)
        return
    yield from _contradictions(answer)
    if answer.both_bad and question.both_bad is None:
        message = f"{check.rubric.ref} does not offer both bad"
        yield Problem(field="both_bad", message=message, fix="choose a step")
    elif answer.preference not in question.labels and not answer.both_bad:
        said = "a tie" if answer.preference == 0 else f"the step {answer.preference}"
        steps = ", ".join(str(step) for step in sorted(question.labels))
        message = f"{check.rubric.ref} does not offer {said}"
        yield Problem(field="preference", message=message, fix=f"choose one of {steps}")


def _contradictions(answer: Answer) -> Iterator[Problem]:
    for name, said in (("tie", answer.tie), ("both_bad", answer.both_bad)):
        if said and answer.preference != 0:
            message = f"{name} with the preference {answer.preference}"
            yield Problem(field=name, message=message, fix="keep one of the two")
    if answer.tie and answer.both_bad:
        message = "tie and both_bad at once"
        yield Problem(field="both_bad", message=message, fix="keep one of the two")
    if answer.both_bad:
        for response in answer.acceptable:
            if answer.acceptable[response]:
                message = f"both are bad, yet response {response} is acceptable"
                fix = "take one of the two back"
                yield Problem(field=f"acceptable.{response}", message=message, fix=fix)


def _ranking(check: _Check) -> Iterator[Problem]:
    question, ranking = check.rubric.ranking, check.answer.ranking
    if question is None:
        yield from _unasked(bool(ranking), "ranking")
        return
    seen: set[str] = set()
    for place, names in enumerate(ranking):
        field = f"ranking.{place}"
        if not names:
            yield Problem(field=field, message="a place without a response", fix="remove it")
        if len(names) > 1 and not question.ties:
            message = f"{check.rubric.ref} does not offer ties"
            yield Problem(field=field, message=message, fix="put them one after the other")
        for name in names:
            yield from check.stranger(field, name)
            if name in seen:
                message = f"response {name} stands at two places"
                yield Problem(field=field, message=message, fix="keep one")
            seen.add(name)
    missing = [name for name in check.responses if name not in seen]
    if missing and (ranking or check.wanted(question)) and not check.draft:
        message = f"response {missing[0]} has no place"
        yield Problem(field="ranking", message=message, fix="rank every response")


def _reasons(check: _Check) -> Iterator[Problem]:
    question, reasons = check.rubric.reasons, check.answer.reasons
    if question is None:
        yield from _unasked(bool(reasons), "reasons")
        return
    known = [one.id for one in question.categories]
    for number, reason in enumerate(reasons):
        field = f"reasons.{number}"
        if reason not in known:
            message = f"{check.rubric.ref} has no reason {reason}"
            yield Problem(field=field, message=message, fix=meant(reason, known))
        elif reason in reasons[:number]:
            yield Problem(field=field, message=f"{reason} is there twice", fix="keep one")
    if question.at_most and len(set(reasons)) > question.at_most:
        message = f"{len(set(reasons))} reasons, at most {question.at_most} are asked for"
        yield Problem(field="reasons", message=message, fix="keep those that weighed most")
    if not reasons and check.wanted(question):
        yield Problem(field="reasons", message="no reason chosen", fix="choose at least one")


def _justification(check: _Check) -> Iterator[Problem]:
    question, text = check.rubric.justification, check.answer.justification
    if question is None:
        yield from _unasked(bool(text.strip()), "justification")
        return
    length = real_length(text)
    if length > question.max_chars:
        message = f"{length} characters, at most {question.max_chars}"
        yield Problem(field="justification", message=message, fix="shorten it")
    least = max(question.min_chars, 1)
    if length < least and check.wanted(question):
        message = f"{length} of at least {least} characters (padding does not count)"
        fix = "say what made the difference, with the line or the case"
        yield Problem(field="justification", message=message, fix=fix)


def _marks(check: _Check) -> Iterator[Problem]:
    question, marks = check.rubric.marks, check.answer.marks
    if question is None:
        yield from _unasked(bool(marks), "marks")
        return
    severities = [one.id for one in question.severities]
    categories = [one.id for one in question.categories]
    for number, mark in enumerate(marks):
        field = f"marks.{number}"
        yield from check.stranger(f"{field}.response", mark.response)
        yield from _one_of(f"{field}.severity", mark.severity, severities)
        yield from _one_of(f"{field}.category", mark.category, categories)
        last = check.lines.get(mark.response)
        if last is not None and mark.last_line > last:
            message = f"response {mark.response} has {last} lines, not {mark.last_line}"
            yield Problem(field=f"{field}.last_line", message=message, fix="mark lines it has")
    marked = {mark.response for mark in marks}
    for response in check.responses:
        if response not in marked and check.wanted(question, response):
            message = f"no line of response {response} is marked"
            yield Problem(field="marks", message=message, fix="mark the line that is wrong")


def _flags(check: _Check) -> Iterator[Problem]:
    seen: set[tuple[str, int]] = set()
    for number, flag in enumerate(check.answer.flags):
        field = f"flags.{number}"
        yield from check.stranger(f"{field}.response", flag.response)
        if (flag.response, flag.index) in seen:
            message = f"flag {flag.index} of response {flag.response} is judged twice"
            yield Problem(field=field, message=message, fix="keep one")
        seen.add((flag.response, flag.index))


def _one_of(field: str, value: str, known: list[str]) -> Iterator[Problem]:
    if value not in known:
        message = f"{value} is not one of the rubric's"
        yield Problem(field=field, message=message, fix=meant(value, known))


def _unasked(said: bool, field: str) -> Iterator[Problem]:
    if said:
        yield Problem(field=field, message="the rubric does not ask for it", fix="leave it out")


_PARTS: tuple[Callable[[_Check], Iterator[Problem]], ...] = (
    _count, _ratings, _acceptable, _preference, _ranking, _reasons, _justification, _marks, _flags,
)  # fmt: skip
