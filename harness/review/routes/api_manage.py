"""The HTTP API of managers: progress, items and their history, people, invitations, the audit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field, StringConstraints

from harness.models import Record
from harness.models.review import (
    Assignment,
    Event,
    Invite,
    Item,
    ItemState,
    Judgment,
    Pace,
    Person,
    Progress,
    Role,
)
from harness.review.access import Manager
from harness.review.routes.auth import welcome_link
from harness.review.routes.refusals import ERRORS, SIGN_IN

router = APIRouter(prefix="/api/manage", tags=["manage"], responses=ERRORS, dependencies=SIGN_IN)
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[int, Query(ge=-1, le=2**31 - 1)]
Label = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
MAX_INVITE_S = 90 * 86_400.0


class ProjectProgress(Progress):
    """A project in numbers, with its title."""

    title: str
    closed: bool


class ProjectState(ProjectProgress):
    """A project with who works on it and what is in whose hands."""

    pace: tuple[Pace, ...]
    queue: tuple[Assignment, ...]


class ItemHistory(Record):
    """Everything ever said about an item; answers name responses by position."""

    item: Item
    assignments: tuple[Assignment, ...]
    judgments: tuple[Judgment, ...]


class PersonChange(Record):
    """What to change; None leaves it."""

    name: Annotated[Label, StringConstraints(min_length=1)] | None = None
    role: Role | None = None
    active: bool | None = None


class NewInvite(Record):
    """handle: e-mail or nickname; they choose one if left out. lasts_s: how long it works."""

    role: Role = Role.TRAINER
    handle: Annotated[Label, StringConstraints(min_length=1)] | None = None
    name: Label = ""
    lasts_s: float = Field(default=7 * 86_400.0, gt=0, le=MAX_INVITE_S)


class InviteMade(Record):
    """An invitation and its link, which is not shown again."""

    invite: Invite
    link: str


@router.get("/projects")
def projects(access: Manager) -> list[ProjectProgress]:
    """All projects in numbers."""
    found = access.store.projects()
    return [
        ProjectProgress(title=one.title, closed=one.closed, **dict(access.store.progress(one.slug)))
        for one in found
    ]


@router.get("/projects/{slug}")
def project(access: Manager, slug: str) -> ProjectState:
    """One project: progress, people, queue."""
    found = access.project(slug)
    return ProjectState(
        title=found.title, closed=found.closed, **dict(access.store.progress(slug)),
        pace=tuple(access.store.pace(slug)), queue=tuple(access.store.queue(slug)),
    )  # fmt: skip


@router.get("/projects/{slug}/items")
def items(
    access: Manager,
    slug: str,
    state: ItemState | None = None,
    after: After = -1,
    limit: Limit = 200,
) -> list[Item]:
    """Items in their order, those behind place ``after``."""
    access.project(slug)
    return access.store.items(slug, state=state, after=after, limit=limit)


@router.get("/projects/{slug}/items/{item_id}")
def item(access: Manager, slug: str, item_id: str) -> ItemHistory:
    """The history of an item with every revision."""
    found = access.item(slug, item_id)
    return ItemHistory(
        item=found,
        assignments=tuple(access.store.item_assignments(item_id)),
        judgments=tuple(access.store.item_judgments(item_id)),
    )


@router.get("/projects/{slug}/events")
def events(access: Manager, slug: str, after: After = 0, limit: Limit = 200) -> list[Event]:
    """The audit of a project behind event ``after``, oldest first."""
    access.project(slug)
    return access.store.events(project_slug=slug, after=after, limit=limit)


@router.get("/people")
def people(access: Manager) -> list[Person]:
    """Everyone, in the order they came."""
    return access.store.people()


@router.patch("/people/{person_id}")
def change_person(access: Manager, person_id: str, change: PersonChange) -> Person:
    """Change a name or role, or shut someone out: their sessions and tokens end at once."""
    return access.store.change_person(
        person_id, by=access.person_id, name=change.name, role=change.role, active=change.active
    )


@router.get("/invites")
def invites(access: Manager) -> list[Invite]:
    """All invitations, oldest first."""
    return access.store.invites()


@router.post("/invites", status_code=201)
def invite(access: Manager, request: Request, new: NewInvite) -> InviteMade:
    """Make a link that lets one person in, once."""
    made, token = access.store.invite(
        new.role, handle=new.handle, name=new.name, lasts_s=new.lasts_s, by=access.person_id
    )
    return InviteMade(invite=made, link=welcome_link(request, token))


@router.delete("/invites/{invite_id}", status_code=204)
def revoke_invite(access: Manager, invite_id: str) -> None:
    """Make an unused link useless."""
    access.store.revoke_invite(invite_id, by=access.person_id)
