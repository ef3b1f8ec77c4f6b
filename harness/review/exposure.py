"""When somebody sees flags: every exposure is kept, whether a page or a program asked for them."""

from __future__ import annotations

from typing import Any

from harness.models.review import FlagPolicy
from harness.review.access import Access
from harness.review.pages.desk import Work, all_flags


def show_at_once(access: Access, work: Work) -> None:
    """Note that flags are seen with the item, where the project shows them from the start."""
    if work.project.flag_policy is FlagPolicy.SHOWN:
        _note(access, work, all_flags(work))


def show_after_first(access: Access, work: Work) -> list[dict[str, Any]]:
    """The flags once a first judgment is kept; none where the project never shows them."""
    if work.project.flag_policy is FlagPolicy.NEVER:
        return []
    flags = all_flags(work)
    _note(access, work, flags)
    return flags


def _note(access: Access, work: Work, flags: list[dict[str, Any]]) -> None:
    if work.assignment.flags_seen_at is None:
        shown = [[flag["letter"], flag["index"], flag["rule"], flag["line"]] for flag in flags]
        access.store.flags_shown(work.assignment.assignment_id, access.person_id, shown)
