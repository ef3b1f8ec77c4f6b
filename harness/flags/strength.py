"""How much a rule's flags have been worth: measured, never claimed.

``strength.json`` is written by calibration: per rule and language the hits on wrong and on right
responses to the same tasks. What is not in it is a hint.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from harness.models import Language, Record, Strength


class Measured(Record):
    """Hits of a rule in one language on responses to tasks with both right and wrong ones."""

    strength: Strength
    wrong: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the hits that were on wrong responses."""
        hits = self.wrong + self.right
        return self.wrong / hits if hits else None


@cache
def measured() -> dict[tuple[str, Language], Measured]:
    """Everything measured, by rule and language."""
    text = (files("harness.flags") / "strength.json").read_text("utf-8")
    return {
        (rule, Language(language)): Measured.model_validate(row)
        for rule, rows in json.loads(text)["rules"].items()
        for language, row in rows.items()
    }


def strength_of(rule: str, language: Language) -> tuple[Strength, float | None, int]:
    """Strength of a rule's flags; share of its hits that were on wrong responses; the hits."""
    found = measured().get((rule, language))
    if found is None:
        return Strength.HINT, None, 0
    return found.strength, found.precision, found.wrong + found.right
