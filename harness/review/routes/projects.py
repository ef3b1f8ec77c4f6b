"""Projects to work in, starting work, and one's own judgments."""

from __future__ import annotations

import time

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from harness.models.review import Role
from harness.review.access import SignedIn
from harness.review.pages.desk import work_of
from harness.review.pages.projects import UNDO_S, history_page, home_page, project_page
from harness.review.pages.work import work_page
from harness.review.rendering import page

router = APIRouter(include_in_schema=False)
MESSAGES = {
    "done": "Nothing is left for you here at the moment. What others hold may come back.",
    "": "",
}


@router.get("/")
def home(access: SignedIn) -> Response:
    """Projects."""
    return page("home.html", home_page(access, access.person.role is Role.MANAGER))


@router.get("/projects/{slug}")
def project(access: SignedIn, slug: str, say: str = "") -> Response:
    """One project."""
    view = project_page(access, access.project(slug), MESSAGES.get(say, ""))
    return page("project.html", view)


@router.post("/projects/{slug}/start")
def start(access: SignedIn, slug: str) -> Response:
    """Claim the next item, or go on with the one in hand."""
    access.project(slug)
    claimed = access.store.claim_next(slug, access.person_id)
    if claimed is None:
        return RedirectResponse(f"/projects/{slug}?say=done", 303)
    return RedirectResponse(f"/desk/{claimed.assignment_id}", 303)


@router.get("/history")
def history(access: SignedIn) -> Response:
    """My judgments."""
    return page("history.html", history_page(access))


@router.get("/work/{assignment_id}")
def work(access: SignedIn, assignment_id: str) -> Response:
    """One judgment of mine."""
    return page("work.html", work_page(access, work_of(access, assignment_id), time.time()))


@router.post("/work/{assignment_id}/reopen")
def reopen(access: SignedIn, assignment_id: str) -> Response:
    """Take a submission back, as long as that may be done."""
    one = access.assignment(assignment_id)
    key = f"reopen-{one.revision}"
    access.store.undo_submit(assignment_id, access.person_id, key, window_s=UNDO_S)
    return RedirectResponse(f"/desk/{assignment_id}", 303)
