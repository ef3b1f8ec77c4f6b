"""The HTTP API: the same actions as the pages, as JSON, for the desk's modules and for programs.

A program sends ``Authorization: Bearer TOKEN`` (Settings, Tokens). Responses are called A, B … in
the order this person sees them, and a preference is left (negative) against right.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from harness.errors import Conflict
from harness.models import Answer, Problem, Record
from harness.models.review import AssignmentState, DraftSave, Presence
from harness.review.access import SignedIn
from harness.review.answers import in_item_order
from harness.review.blind import FlagOut, flags_out
from harness.review.exposure import show_after_first
from harness.review.pages.desk import rules_of, work_of
from harness.review.routes.refusals import ERRORS, SIGN_IN, Incomplete, Refusal

router = APIRouter(prefix="/api", tags=["desk"], responses=ERRORS, dependencies=SIGN_IN)
Key = Annotated[str, Field(min_length=1, max_length=64)]
Reason = Annotated[str, Field(max_length=2000)]


class Said(Record):
    """An answer as displayed, and the version of the draft it builds on."""

    version: int = Field(ge=0, le=2**62)
    answer: Answer


class Submission(Said):
    """key: made by the client; the same key again gives the same judgment."""

    key: Key


class Saved(Record):
    """The draft's new version and what is still missing."""

    version: int
    saved_at: float | None
    problems: list[Problem]


class Shown(Record):
    """Flags after a first judgment was kept."""

    version: int
    flags: tuple[FlagOut, ...]


class Next(Record):
    """Where to go on: the next item's page, or None if nothing is left."""

    url: str | None


class Leaving(Record):
    """Why an item is left."""

    reason: Reason = ""
    note: Reason = ""


class Beat(Record):
    """What the time since the last beat was spent on. opening: the page was opened just now."""

    presence: Presence = Presence.ACTIVE
    opening: bool = False


class Times(Record):
    """Seconds spent on an item so far, and whether it is still ours."""

    state: AssignmentState
    wall_s: float
    active_s: float
    paused_s: float


class ProjectOut(Record):
    """A project as the list shows it."""

    slug: str
    title: str
    closed: bool
    left: int


class StaleDraft(Refusal):
    """Another window was first; this is what it stored."""

    version: int
    answer: Answer


@router.get("/projects")
def projects(access: SignedIn) -> list[ProjectOut]:
    """Open projects and what is left in them for you."""
    store = access.store
    return [
        ProjectOut(
            slug=one.slug, title=one.title, closed=one.closed,
            left=store.left_for(one.slug, access.person_id),
        )
        for one in store.projects() if not one.closed
    ]  # fmt: skip


@router.post("/projects/{slug}/next")
def next_item(access: SignedIn, slug: str, besides: str | None = None) -> Next:
    """Claim the next item; ``besides`` names the one in hand, to fetch ahead."""
    access.project(slug)
    if besides is not None:
        access.assignment(besides)
    return _next(access, slug, besides)


def _next(access: SignedIn, slug: str, besides: str | None = None) -> Next:
    claimed = access.store.claim_next(slug, access.person_id, besides=besides)
    return Next(url=None if claimed is None else f"/desk/{claimed.assignment_id}")


@router.put(
    "/desk/{assignment_id}/draft",
    response_model=Saved,
    responses={409: {"model": StaleDraft | Refusal}},
)
def save(access: SignedIn, assignment_id: str, said: Said) -> Saved | Response:
    """Save the draft; refused, with what is there, if another window was first."""
    rules = rules_of(access, assignment_id)
    in_item_order(said.answer, rules.assignment.order)  # only letters that are shown
    done = _save(access, assignment_id, said)
    if not done.saved:
        return _stale(done)
    problems = [Problem.model_validate(one) for one in rules.problems(said.answer)]
    return Saved(version=done.version, saved_at=done.saved_at, problems=problems)


def _save(access: SignedIn, assignment_id: str, said: Said) -> DraftSave:
    content = {"answer": said.answer.model_dump(mode="json")}
    return access.store.save_draft(assignment_id, access.person_id, said.version, content)


def _stale(done: DraftSave) -> Response:
    theirs = done.content if isinstance(done.content, dict) else {}
    stale = StaleDraft(
        message="another window has saved this item since",
        version=done.version,
        answer=Answer.model_validate(theirs.get("answer") or {}),
    )
    return JSONResponse(stale.model_dump(mode="json"), 409)


@router.post("/desk/{assignment_id}/first")
def first(access: SignedIn, assignment_id: str, said: Said) -> Shown:
    """Keep a first judgment as a revision of its own, and show the flags."""
    work = work_of(access, assignment_id)
    if work.assignment.flags_seen_at is None and work.assignment.revision == 0:
        answer = in_item_order(said.answer, work.assignment.order)
        access.store.save_first_preference(assignment_id, access.person_id, answer, "first")
    return Shown(version=said.version, flags=flags_out(show_after_first(access, work)))


@router.post(
    "/desk/{assignment_id}/submit",
    response_model=Next,
    responses={409: {"model": StaleDraft | Refusal}, 422: {"model": Incomplete | Refusal}},
)
def submit(access: SignedIn, assignment_id: str, said: Submission) -> Next | Response:
    """Hand the judgment in; gives the next item."""
    rules = rules_of(access, assignment_id)
    answer = in_item_order(said.answer, rules.assignment.order)
    problems = rules.problems(said.answer)
    if problems:
        body = {"message": "something is still missing", "fix": None, "problems": problems}
        return JSONResponse(body, 422)
    version = said.version
    # The draft is kept as submitted: who takes the judgment back goes on from there.
    with suppress(Conflict):  # a repeated request; submit knows it by its key
        done = _save(access, assignment_id, said)
        if not done.saved:
            return _stale(done)
        version = done.version
    access.store.submit(assignment_id, access.person_id, answer, said.key, draft_version=version)
    return _after(access, rules.assignment.project)


@router.post("/desk/{assignment_id}/skip")
def skip(access: SignedIn, assignment_id: str, leaving: Leaving) -> Next:
    """Put the item off; it comes back when nothing else is left."""
    left = access.store.skip(assignment_id, access.person_id, _reason(leaving))
    return _after(access, left.project)


@router.post("/desk/{assignment_id}/expert")
def expert(access: SignedIn, assignment_id: str, leaving: Leaving) -> Next:
    """Hand the item to an expert."""
    left = access.store.escalate(assignment_id, access.person_id, _reason(leaving))
    return _after(access, left.project)


def _reason(leaving: Leaving) -> str:
    return ": ".join(part for part in (leaving.reason, leaving.note.strip()) if part)


def _after(access: SignedIn, slug: str) -> Next:
    found = _next(access, slug)
    return found if found.url else Next(url=f"/projects/{slug}?say=done")


@router.post("/desk/{assignment_id}/heartbeat")
def heartbeat(access: SignedIn, assignment_id: str, beat: Beat) -> Times:
    """Count time and keep the claim."""
    one = access.store.heartbeat(
        assignment_id, access.person_id, beat.presence, opening=beat.opening
    )
    return Times(state=one.state, wall_s=one.wall_s, active_s=one.active_s, paused_s=one.paused_s)


@router.post("/desk/{assignment_id}/reopen")
def reopen(access: SignedIn, assignment_id: str) -> Next:
    """Take a submission back for changes, within ten minutes."""
    one = access.assignment(assignment_id)
    access.store.undo_submit(assignment_id, access.person_id, f"reopen-{one.revision}")
    return Next(url=f"/desk/{assignment_id}")
