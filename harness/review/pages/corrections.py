"""Corrected code that people handed in, with how it ran. No model is in it, nor any id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.models import Language
from harness.models.review import Correction
from harness.reporting.highlight import code_lines
from harness.reporting.words import ICONS, verdict_word
from harness.review.pages.projects import iso
from harness.review.pages.responses import Count, counts_of


@dataclass(frozen=True)
class CorrectionView:
    """One correction. verdict: "" where it was not run. began_as: name of the response, or ""."""

    number: int
    began_as: str
    when: str
    lines: tuple[Markup, ...]
    verdict: str
    word: str
    icon: str
    counts: tuple[Count, ...]


def correction_views(
    found: Sequence[Correction], assignment_id: str, names: Mapping[int, str], language: Language
) -> tuple[CorrectionView, ...]:
    """Those handed in with one assignment; ``names`` of the responses by their positions."""
    mine = [one for one in found if one.assignment_id == assignment_id]
    return tuple(_view(number, one, names, language) for number, one in enumerate(mine, 1))


def _view(
    number: int, one: Correction, names: Mapping[int, str], language: Language
) -> CorrectionView:
    result = one.result
    return CorrectionView(
        number=number,
        began_as="" if one.position is None else names.get(one.position, ""),
        when=iso(one.created_at),
        lines=code_lines(one.code, language) if one.code.strip() else (),
        verdict=result.verdict.value if result else "",
        word=verdict_word(result.verdict) if result else "",
        icon=ICONS[result.verdict] if result else "",
        counts=counts_of(result) if result else (),
    )
