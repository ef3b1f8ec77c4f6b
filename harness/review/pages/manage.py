"""Pages of managers: how far a project is, who works on what, and who may come in."""

from __future__ import annotations

from dataclasses import dataclass

from harness.models.review import AssignmentState, Item, ItemState, Pace, Role
from harness.reporting.text import duration, one_line, percent
from harness.reporting.words import LANGUAGES
from harness.review.access import Access
from harness.review.pages.projects import iso
from harness.review.pages.shell import Shell

ITEMS_SHOWN = 200


@dataclass(frozen=True)
class ProgressRow:
    """A project in one row."""

    href: str
    title: str
    items: int
    wanted: int
    done: int
    share: str
    held: int
    experts: int
    closed: bool


@dataclass(frozen=True)
class ManagePage:
    """All projects."""

    shell: Shell
    projects: tuple[ProgressRow, ...]


@dataclass(frozen=True)
class PaceRow:
    """One person in one project. left: how often response 1 was shown at the left."""

    name: str
    submitted: int
    held: int
    skipped: int
    escalated: int
    active: str
    each: str
    left: str
    last: str


@dataclass(frozen=True)
class HeldRow:
    """What is in someone's hands now."""

    item: str
    item_href: str
    name: str
    since: str
    until: str


@dataclass(frozen=True)
class ItemRow:
    """One item in a list."""

    href: str
    place: int
    task: str
    language: str
    state: str
    submitted: int
    free: int


@dataclass(frozen=True)
class ManageProjectPage:
    """One project: progress, people, queue, items."""

    shell: Shell
    row: ProgressRow
    overlap: int
    rubric: str
    states: tuple[tuple[str, int], ...]
    pace: tuple[PaceRow, ...]
    queue: tuple[HeldRow, ...]
    items: tuple[ItemRow, ...]
    more: str


@dataclass(frozen=True)
class PersonRow:
    """Someone who works here."""

    person_id: str
    name: str
    handle: str
    role: str
    active: bool
    since: str
    me: bool


@dataclass(frozen=True)
class InviteRow:
    """An open invitation."""

    invite_id: str
    who: str
    role: str
    expires: str


@dataclass(frozen=True)
class PeoplePage:
    """People and invitations; link is one made just now, shown once."""

    shell: Shell
    people: tuple[PersonRow, ...]
    invites: tuple[InviteRow, ...]
    roles: tuple[str, ...]
    link: str
    error: str


def progress_row(access: Access, slug: str, title: str, closed: bool) -> ProgressRow:
    """A project in numbers."""
    found = access.store.progress(slug)
    wanted, done = found.judgments_wanted, found.judgments_in
    return ProgressRow(
        href=f"/manage/{slug}",
        title=one_line(title, 100),
        items=sum(found.items.values()),
        wanted=wanted,
        done=done,
        share=percent(done / wanted) if wanted else "–",
        held=found.assignments.get(AssignmentState.CLAIMED, 0),
        experts=found.expert_slots,
        closed=closed,
    )


def manage_page(access: Access) -> ManagePage:
    """All projects, as they were made."""
    rows = [progress_row(access, p.slug, p.title, p.closed) for p in access.store.projects()]
    return ManagePage(access.shell("Manage", "/manage"), tuple(rows))


def manage_project_page(access: Access, slug: str, after: int) -> ManageProjectPage:
    """One project; items from place ``after`` on."""
    store = access.store
    project = store.project(slug)
    people = {one.person_id: one.name or one.handle for one in store.people()}
    items = store.items(slug, after=after, limit=ITEMS_SHOWN)
    progress = store.progress(slug)
    rows = tuple(item_row(slug, one) for one in items)
    by_item = {one.item_id: one.place + 1 for one in items}
    more = f"/manage/{slug}?after={items[-1].place}" if len(items) == ITEMS_SHOWN else ""
    return ManageProjectPage(
        shell=access.shell(project.title, "/manage"),
        row=progress_row(access, slug, project.title, project.closed),
        overlap=project.overlap,
        rubric=project.rubric_ref,
        states=tuple((state.value.replace("_", " "), progress.items.get(state, 0))
                     for state in ItemState if progress.items.get(state)),
        pace=tuple(_pace_row(one) for one in store.pace(slug)),
        queue=tuple(
            HeldRow(
                item=f"item {by_item[held.item_id]}" if held.item_id in by_item else "an item",
                item_href=f"/manage/{slug}/items/{held.item_id}",
                name=one_line(people.get(held.person_id, "someone"), 80),
                since=iso(held.claimed_at),
                until=iso(held.lock_expires_at),
            )
            for held in store.queue(slug)
        ),
        items=rows,
        more=more,
    )  # fmt: skip


def _pace_row(one: Pace) -> PaceRow:
    shown = sum(one.left_first.values())
    first = one.left_first.get(1, 0)
    return PaceRow(
        name=one_line(one.name, 80),
        submitted=one.submitted,
        held=one.claimed,
        skipped=one.skipped,
        escalated=one.escalated,
        active=duration(one.active_s) if one.active_s else "–",
        each=duration(one.active_s / one.submitted) if one.submitted and one.active_s else "–",
        left=f"{first} of {shown}" if shown else "–",
        last=iso(one.last_submitted_at) if one.last_submitted_at else "",
    )


def item_row(slug: str, one: Item) -> ItemRow:
    """An item in a list."""
    return ItemRow(
        href=f"/manage/{slug}/items/{one.item_id}",
        place=one.place + 1,
        task=one_line(one.task_id, 120),
        language=LANGUAGES[one.language],
        state=one.state.value.replace("_", " "),
        submitted=one.submitted,
        free=one.open_slots,
    )


def people_page(access: Access, *, link: str = "", error: str = "") -> PeoplePage:
    """Everybody, and invitations that are still open."""
    store = access.store
    return PeoplePage(
        shell=access.shell("People", "/manage/people"),
        people=tuple(
            PersonRow(one.person_id, one_line(one.name, 80), one_line(one.handle, 120),
                      one.role.value, one.active, iso(one.created_at),
                      one.person_id == access.person_id)
            for one in store.people()
        ),
        invites=tuple(
            InviteRow(one.invite_id, one_line(one.name or one.handle or "anyone", 120),
                      one.role.value, iso(one.expires_at))
            for one in store.invites() if one.used_by is None
        ),
        roles=tuple(role.value for role in Role),
        link=link,
        error=error,
    )  # fmt: skip
