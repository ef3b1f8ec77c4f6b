"""The HTTP API of a trainer beside the desk's own: what is mine to read, for programs."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query

from harness.models import Answer, Language, Record
from harness.models.review import ApiToken, AssignmentState, FlagPolicy, JudgmentKind, Role
from harness.review.access import SignedIn, rubric_of
from harness.review.answers import as_displayed
from harness.review.blind import DraftOut, ItemOut, draft_out, encodable, item_out
from harness.review.exposure import show_at_once
from harness.review.pages.desk import work_of
from harness.review.pages.work import names_of
from harness.review.routes.refusals import ERRORS, SIGN_IN

router = APIRouter(prefix="/api", tags=["work"], responses=ERRORS, dependencies=SIGN_IN)
Limit = Annotated[int, Query(ge=1, le=500)]


class Me(Record):
    """The person a session or token belongs to."""

    person_id: str
    name: str
    handle: str
    role: Role


class ProjectDetail(Record):
    """A project to work in. left: items for you, those in your hands counted."""

    slug: str
    title: str
    description: str
    requirements: str
    deliverables: str
    expected_minutes: float | None
    languages: tuple[Language, ...]
    overlap: int
    flag_policy: FlagPolicy
    rubric_ref: str
    guidelines: str
    guidelines_version: int
    closed: bool
    left: int


class Mine(Record):
    """One assignment of mine in a list."""

    assignment_id: str
    project: str
    state: AssignmentState
    claimed_at: float
    submitted_at: float | None
    reason: str
    active_s: float


class RevisionOut(Record):
    """One revision of what I said; responses go by their letters."""

    revision: int
    kind: JudgmentKind
    created_at: float
    flags_seen: bool
    answer: Answer
    wall_s: float
    active_s: float
    paused_s: float


class WorkDetail(Mine):
    """What I said about an item. names: {letter: model}, empty while I can undo."""

    names: dict[str, str]
    revisions: tuple[RevisionOut, ...]


@router.get("/me")
def me(access: SignedIn) -> Me:
    """Who I am here."""
    one = access.person
    return Me(person_id=one.person_id, name=one.name, handle=one.handle, role=one.role)


@router.get("/projects/{slug}")
def project(access: SignedIn, slug: str) -> ProjectDetail:
    """One project with its guidelines."""
    found = access.project(slug)
    values = {name: getattr(found, name) for name in ProjectDetail.model_fields if name != "left"}
    guidelines = found.guidelines or rubric_of(found).guidelines
    left = 0 if found.closed else access.store.left_for(slug, access.person_id)
    return ProjectDetail.model_validate(
        encodable({**values, "guidelines": guidelines}) | {"left": left}
    )


@router.get("/desk/{assignment_id}")
def item(access: SignedIn, assignment_id: str) -> ItemOut:
    """My item, blind, with its draft. The flags in it, if any, count as seen from now on."""
    show_at_once(access, work_of(access, assignment_id))
    return item_out(work_of(access, assignment_id))


@router.get("/desk/{assignment_id}/draft")
def draft(access: SignedIn, assignment_id: str) -> DraftOut:
    """What is saved so far."""
    return draft_out(work_of(access, assignment_id))


@router.get("/work")
def mine(access: SignedIn, project: str | None = None, limit: Limit = 100) -> list[Mine]:
    """My assignments, latest first."""
    if project is not None:
        access.project(project)
    found = access.store.my_assignments(access.person_id, project, limit=limit)
    return [Mine.model_validate({name: getattr(one, name) for name in _MINE}) for one in found]


@router.get("/work/{assignment_id}")
def said(access: SignedIn, assignment_id: str) -> WorkDetail:
    """What I said about an item, every revision; who wrote what once it is final."""
    work = work_of(access, assignment_id)
    one = work.assignment
    return WorkDetail(
        **{name: getattr(one, name) for name in _MINE},
        names=dict(names_of(access, work, time.time())),
        revisions=tuple(
            RevisionOut(
                revision=made.revision, kind=made.kind, created_at=made.created_at,
                flags_seen=made.flags_seen, answer=as_displayed(made.answer, one.order),
                wall_s=made.wall_s, active_s=made.active_s, paused_s=made.paused_s,
            )
            for made in access.store.judgments(assignment_id, access.person_id)
        ),
    )  # fmt: skip


@router.get("/tokens")
def tokens(access: SignedIn) -> list[ApiToken]:
    """My tokens without their secrets. New ones are made on the settings page, or by a command."""
    return access.store.tokens(access.person_id)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(access: SignedIn, token_id: str) -> None:
    """Make one of my tokens useless."""
    access.store.revoke_token(access.person_id, token_id)


_MINE = tuple(Mine.model_fields)
