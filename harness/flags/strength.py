"""How much a rule's flags have been worth: measured, never claimed.

``strength.json`` is written by calibration: per rule and language the hits on wrong and on right
responses to the same tasks. What is not in it is a hint.
"""

from __future__ import annotations

import json
import pkgutil
from dataclasses import dataclass
from functools import cache

from harness.models import Language, Strength


@dataclass(frozen=True)
class Measured:
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
    text = pkgutil.get_data("harness.flags", "strength.json") or b"{}"
    return {
        (rule, Language(language)): Measured(Strength(row["strength"]), row["wrong"], row["right"])
        for rule, rows in json.loads(text)["rules"].items()
        for language, row in rows.items()
    }


def strength_of(rule: str, language: Language) -> tuple[Strength, float | None]:
    """Strength and precision of a rule's flags."""
    found = measured().get((rule, language))
    return (Strength.HINT, None) if found is None else (found.strength, found.precision)
