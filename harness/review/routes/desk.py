"""The desk's page and what it shows beside text: diffs, screenshots, live pages."""

from __future__ import annotations

import time
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from harness.errors import NotFound
from harness.models import Language
from harness.models.review import AssignmentState
from harness.review.access import Access, SignedIn
from harness.review.exposure import show_at_once
from harness.review.pages.desk import desk_page, work_of
from harness.review.pages.diffs import diff_page
from harness.review.rendering import page
from harness.review.security import LIVE_POLICY
from harness.store.artifacts import artifact_file

router = APIRouter(include_in_schema=False)
_COUNTED_S = 30.0
_counted: dict[tuple[int, str], tuple[float, int]] = {}


@router.get("/desk/{assignment_id}")
def desk(access: SignedIn, assignment_id: str) -> Response:
    """The desk of one's own assignment; one that is done with leads to what was said."""
    work = work_of(access, assignment_id)
    if work.assignment.state in {AssignmentState.SUBMITTED, AssignmentState.ESCALATED}:
        return RedirectResponse(f"/work/{assignment_id}", 303)
    show_at_once(access, work)
    return page("desk.html", desk_page(access, work, _items(access, work.project.slug)))


def _items(access: Access, slug: str) -> int:
    """How many items a project has; counting them all for every page would be waste."""
    key = (id(access.store), slug)
    at, count = _counted.get(key, (0.0, 0))
    if time.monotonic() - at > _COUNTED_S or not count:
        count = sum(access.store.progress(slug).items.values())
        _counted[key] = (time.monotonic(), count)
    return count


@router.get("/api/desk/{assignment_id}/diff")
def diff(
    access: SignedIn,
    assignment_id: str,
    left: str,
    right: str,
    layout: Literal["split", "unified"] = "split",
) -> Response:
    """A piece of a page: the diff between two responses."""
    work = work_of(access, assignment_id)
    one, other = work.response(left), work.response(right)
    if one is None or other is None:
        raise NotFound("no such response")
    codes = (one.result.code, other.result.code)
    return page("diff.html", diff_page(left, right, codes, unified=layout == "unified"))


@router.get("/desk/{assignment_id}/pictures/{letter}/{number}")
def picture(access: SignedIn, assignment_id: str, letter: str, number: int) -> Response:
    """A screenshot of a response, by its place in the result: no name of a file comes in."""
    response = work_of(access, assignment_id).response(letter)
    artifacts = response.result.artifacts if response else ()
    if not 0 <= number < len(artifacts) or artifacts[number].media_type != "image/png":
        raise NotFound("no such picture")
    file = artifact_file(access.server.options.home, artifacts[number].sha256)
    if not file.is_file():
        raise NotFound("this picture is no longer kept")
    return Response(file.read_bytes(), media_type="image/png")


@router.get("/desk/{assignment_id}/live/{letter}")
def live(access: SignedIn, request: Request, assignment_id: str, letter: str) -> Response:
    """The page a response wrote, in an origin of its own and without the network.

    In a frame only: a page with a tab to itself could lead it anywhere.
    """
    response = work_of(access, assignment_id).response(letter)
    if response is None or response.result.language is not Language.HTML:
        raise NotFound("no such page")
    if request.headers.get("sec-fetch-dest", "iframe") != "iframe":
        raise NotFound("this page runs at the desk only")
    content = response.result.code.encode("utf-8", "backslashreplace")
    headers = {"content-security-policy": LIVE_POLICY}
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)
