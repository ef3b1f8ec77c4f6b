"""The history of an item: everything that was ever said and done about it, for managers."""

from __future__ import annotations

from dataclasses import dataclass

from harness.reporting.text import duration, one_line
from harness.review.access import Access, rubric_of
from harness.review.pages.corrections import CorrectionView, correction_views
from harness.review.pages.manage import ItemRow, item_row
from harness.review.pages.projects import STATES, iso
from harness.review.pages.shell import Shell
from harness.review.pages.work import KINDS, Revision, said

EVENTS_SHOWN = 200


@dataclass(frozen=True)
class AssignmentBlock:
    """One person's work on an item with all its revisions."""

    name: str
    state: str
    order: str
    reason: str
    revisions: tuple[Revision, ...]
    corrections: tuple[CorrectionView, ...]


@dataclass(frozen=True)
class EventRow:
    """One line of the audit."""

    at: str
    who: str
    what: str
    detail: str


@dataclass(frozen=True)
class ItemPage:
    """The history of an item."""

    shell: Shell
    project: str
    project_href: str
    row: ItemRow
    names: tuple[str, ...]
    work: tuple[AssignmentBlock, ...]
    events: tuple[EventRow, ...]


def item_page(access: Access, slug: str, item_id: str) -> ItemPage:
    """Everything that was ever said and done about an item, responses named by position."""
    store = access.store
    project, item = access.project(slug), access.item(slug, item_id)
    people = {one.person_id: one.name or one.handle for one in store.people()}
    names = tuple(str(number) for number in range(1, item.size + 1))
    made = store.item_judgments(item_id)
    handed_in = store.corrections(item_id)
    rubric = rubric_of(project)
    blocks = [
        AssignmentBlock(
            name=one_line(people.get(work.person_id, "someone"), 80),
            state=STATES[work.state],
            order=" ".join(str(place) for place in work.order),
            reason=one_line(work.reason, 400),
            revisions=tuple(
                Revision(one.revision, KINDS[one.kind], iso(one.created_at), "",
                         duration(one.active_s) if one.active_s else "–", one.flags_seen,
                         said(one.answer, rubric, names))
                for one in made if one.assignment_id == work.assignment_id
            ),
            corrections=correction_views(
                handed_in, work.assignment_id, dict(enumerate(names, 1)), item.language
            ),
        )
        for work in store.item_assignments(item_id)
    ]  # fmt: skip
    events = store.events(project_slug=slug, item_id=item_id, limit=EVENTS_SHOWN)
    return ItemPage(
        shell=access.shell(f"Item {item.place + 1}", "/manage"),
        project=one_line(project.title, 80),
        project_href=f"/manage/{slug}",
        row=item_row(slug, item),
        names=names,
        work=tuple(blocks),
        events=tuple(
            EventRow(iso(one.at), one_line(people.get(one.person_id or "", "–"), 80), one.what,
                     one_line(str(one.new) if one.new is not None else "", 200))
            for one in events
        ),
    )  # fmt: skip
