"""One's own judgment after it was made: what was said, who wrote what, and a way back."""

from __future__ import annotations

from dataclasses import dataclass

from harness.models import Answer
from harness.models.review import Assignment, AssignmentState, JudgmentKind
from harness.models.rubric import Rubric
from harness.reporting.text import duration, one_line, plain
from harness.review.access import Access
from harness.review.answers import as_displayed
from harness.review.pages.corrections import CorrectionView, correction_views
from harness.review.pages.desk import Work
from harness.review.pages.projects import STATES, UNDO_S, iso, said_in_words
from harness.review.pages.shell import Shell

KINDS = {
    JudgmentKind.FIRST_PREFERENCE: "first judgment, before flags were shown",
    JudgmentKind.SUBMITTED: "submitted",
    JudgmentKind.AMENDED: "submitted again",
    JudgmentKind.WITHDRAWN: "taken back",
}


@dataclass(frozen=True)
class Said:
    """One answer in words, field by field."""

    preference: str
    ratings: tuple[tuple[str, tuple[str, ...]], ...]
    acceptable: tuple[str, ...]
    reasons: str
    justification: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Revision:
    """One revision of a judgment."""

    number: int
    kind: str
    when: str
    by: str
    active: str
    flags_seen: bool
    said: Said


@dataclass(frozen=True)
class WorkPage:
    """My own work. ``names``: who wrote each response, empty until I can take nothing back."""

    shell: Shell
    project: str
    project_href: str
    state: str
    letters: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    revisions: tuple[Revision, ...]
    corrections: tuple[CorrectionView, ...]
    desk: str
    reopen: str
    prompt: str


def names_of(access: Access, work: Work, now: float) -> tuple[tuple[str, str], ...]:
    """(letter, model) of each response; ``now`` in epoch seconds.

    Who knows the names could not judge blindly again, so they wait until nothing can change.
    """
    one = work.assignment
    if one.state is not AssignmentState.SUBMITTED or _may_undo(one, now):
        return ()
    found = access.store.reveal(one.assignment_id, access.person_id)
    models = {name.position: one_line(name.model, 120) or "(no name)" for name in found}
    return tuple(
        (letter, models[place]) for letter, place in zip(work.letters, one.order, strict=True)
    )


def _may_undo(one: Assignment, now: float) -> bool:
    submitted = one.state is AssignmentState.SUBMITTED
    return submitted and now - (one.submitted_at or 0.0) < UNDO_S


def work_page(access: Access, work: Work, now: float) -> WorkPage:
    """My work on an item; ``now`` in epoch seconds. Names come last."""
    one = work.assignment
    submitted = one.state is AssignmentState.SUBMITTED
    judgments = access.store.judgments(one.assignment_id, access.person_id)
    return WorkPage(
        shell=access.shell("My judgment", "/history"),
        project=one_line(work.project.title, 80),
        project_href=f"/projects/{work.project.slug}",
        state=STATES[one.state],
        letters=work.letters,
        names=names_of(access, work, now),
        revisions=tuple(
            Revision(
                number=made.revision,
                kind=KINDS[made.kind],
                when=iso(made.created_at),
                by="",
                active=duration(made.active_s) if made.active_s else "–",
                flags_seen=made.flags_seen,
                said=said(as_displayed(made.answer, one.order), work.rubric, work.letters),
            )
            for made in judgments
        ),
        corrections=correction_views(
            access.store.corrections(work.item.item_id, access.person_id),
            one.assignment_id,
            dict(zip(one.order, work.letters, strict=True)),
            work.item.language,
        ),
        desk=""
        if submitted or one.state is AssignmentState.ESCALATED
        else f"/desk/{one.assignment_id}",
        reopen=f"/work/{one.assignment_id}/reopen" if _may_undo(one, now) else "",
        prompt=one_line(work.task.title or work.task.prompt, 160),
    )


def said(answer: Answer, rubric: Rubric, names: tuple[str, ...]) -> Said:
    """An answer in words; ``names`` are those its responses go by."""

    def points(axis_id: str) -> tuple[str, ...]:
        values = (answer.ratings.get(name, {}).get(axis_id) for name in names)
        return tuple("–" if value is None else str(value) for value in values)

    titles = {one.id: one.title for one in rubric.reasons.categories} if rubric.reasons else {}
    words = {True: "yes", False: "no", None: "–"}
    pair = (f"{names[0]} is", f"{names[1]} is") if len(names) == 2 else ("", "")
    order = " > ".join(" = ".join(tied) for tied in answer.ranking)
    return Said(
        preference=order or said_in_words(answer, pair),
        ratings=tuple((axis.title, points(axis.id)) for axis in rubric.axes),
        acceptable=tuple(words[answer.acceptable.get(name)] for name in names),
        reasons=", ".join(titles.get(one) or one_line(one, 80) for one in answer.reasons) or "–",
        justification=plain(answer.justification),
        marks=tuple(
            f"{mark.response}:{mark.first_line}"
            + (f"–{mark.last_line}" if mark.last_line > mark.first_line else "")
            + f" {one_line(mark.severity, 80)}, {one_line(mark.category, 80)}"
            + (f": {one_line(mark.note, 400)}" if mark.note else "")
            for mark in answer.marks
        ),
    )
