"""Whether a condition of a rubric holds for an answer."""

from __future__ import annotations

from collections.abc import Sequence

from harness.models import Answer
from harness.models.rubric import Choice, When


def holds(when: When, answer: Answer, responses: Sequence[str]) -> bool:
    """Whether a condition holds for at least one of ``responses``."""
    return any(_holds(when, answer, response) for response in responses)


def _holds(when: When, answer: Answer, response: str) -> bool:
    if when.any:
        return any(_holds(one, answer, response) for one in when.any)
    if when.all:
        return all(_holds(one, answer, response) for one in when.all)
    if when.acceptable is not None:
        return answer.acceptable.get(response) is when.acceptable
    if when.preference is not None:
        return _came_to(when, answer)
    rating = answer.ratings.get(response, {}).get(when.axis or "")
    return rating is not None and _within(when, rating)


def _came_to(when: When, answer: Answer) -> bool:
    if when.preference is Choice.BOTH_BAD:
        return answer.both_bad
    if when.preference is Choice.TIE:
        return answer.preference == 0 and not answer.both_bad
    return bool(answer.preference) and _within(when, abs(answer.preference or 0))


def _within(when: When, value: int) -> bool:
    return (
        (when.at_least is None or value >= when.at_least)
        and (when.at_most is None or value <= when.at_most)
        and (when.equals is None or value == when.equals)
    )
