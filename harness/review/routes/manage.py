"""Pages of managers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from harness.errors import Conflict
from harness.models.review import Role
from harness.review.access import Manager
from harness.review.forms import Fields
from harness.review.pages.agreement import agreement_page
from harness.review.pages.item import item_page
from harness.review.pages.manage import manage_page, manage_project_page, people_page
from harness.review.rendering import page
from harness.review.routes.auth import welcome_link

router = APIRouter(prefix="/manage", include_in_schema=False)


@router.get("")
def projects(access: Manager) -> Response:
    """All projects in numbers."""
    return page("manage.html", manage_page(access))


@router.get("/people")
def people(access: Manager) -> Response:
    """People and invitations."""
    return page("people.html", people_page(access))


@router.post("/people/invite")
def invite(access: Manager, request: Request, fields: Fields) -> Response:
    """Make a one-time link; it is shown once."""
    role = fields.get("role", "trainer")
    if role not in {one.value for one in Role}:
        return page("people.html", people_page(access, error="There is no such role."), 422)
    _, token = access.store.invite(
        Role(role), handle=fields.get("handle", "").strip()[:200] or None,
        name=fields.get("name", "").strip()[:200], by=access.person_id,
    )  # fmt: skip
    link = welcome_link(request, token)
    return page("people.html", people_page(access, link=link))


@router.post("/people/invites/{invite_id}/revoke")
def revoke(access: Manager, invite_id: str) -> Response:
    """Make an invitation useless."""
    access.store.revoke_invite(invite_id, by=access.person_id)
    return RedirectResponse("/manage/people", 303)


@router.post("/people/{person_id}")
def change(access: Manager, person_id: str, fields: Fields) -> Response:
    """Change a person's role, or let them in no more."""
    role, active = fields.get("role", ""), fields.get("active", "")
    try:
        access.store.change_person(
            person_id, by=access.person_id,
            role=Role(role) if role in {one.value for one in Role} else None,
            active={"yes": True, "no": False}.get(active),
        )  # fmt: skip
    except Conflict as error:
        return page("people.html", people_page(access, error=str(error)), 409)
    return RedirectResponse("/manage/people", 303)


@router.get("/{slug}")
def project(access: Manager, slug: str, after: int = -1) -> Response:
    """One project."""
    bounded = max(-1, min(after, 2**31))
    return page("manage_project.html", manage_project_page(access, slug, bounded))


@router.get("/{slug}/agreement")
def agreement(access: Manager, slug: str) -> Response:
    """How far people agree."""
    return page("agreement.html", agreement_page(access, slug))


@router.get("/{slug}/items/{item_id}")
def item(access: Manager, slug: str, item_id: str) -> Response:
    """The history of an item."""
    return page("manage_item.html", item_page(access, slug, item_id))
