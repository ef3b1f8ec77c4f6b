"""One's own settings: theme, keys, tokens."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from harness.review import preferences
from harness.review.access import Access, NotAllowed, SignedIn
from harness.review.forms import Fields
from harness.review.pages.api_help import api_page
from harness.review.pages.settings import settings_page
from harness.review.preferences import TITLES, desk_keys
from harness.review.rendering import page
from harness.rubrics import normal_key

router = APIRouter(include_in_schema=False)


@router.get("/settings")
def settings(access: SignedIn, saved: str = "") -> Response:
    """The page of settings."""
    return page("settings.html", settings_page(access, saved=saved == "1"))


@router.get("/api")
def api(access: SignedIn, request: Request) -> Response:
    """The HTTP API, for people."""
    app = cast("FastAPI", request.app)
    return page("api.html", api_page(access, app.openapi(), app.openapi_url or ""))


@router.post("/settings/theme")
def theme(access: SignedIn, fields: Fields) -> Response:
    """Choose a theme."""
    chosen = preferences.valid(fields.get("theme"), dict(access.preferences.keys))
    return _kept(access, chosen)


@router.post("/settings/keys")
def keys(access: SignedIn, fields: Fields) -> Response:
    """Bind keys anew; nothing is kept unless all of it holds."""
    defaults = desk_keys(None, preferences.Preferences())
    typed = {action: fields.get(f"key-{action}", "").strip()[:20] for action in TITLES}
    if "reset" in fields:
        typed = {}
    changed = {
        action: normal_key(key) or key
        for action, key in typed.items()
        if key and (normal_key(key) or key) != defaults.get(action)
    }
    wrong = {one.action: f"{one.message}; {one.fix}" for one in preferences.faults(changed)}
    if wrong:
        return page("settings.html", settings_page(access, typed=typed, problems=wrong), 422)
    return _kept(access, preferences.Preferences(access.preferences.theme, changed))


@router.post("/settings/tokens")
def make_token(access: SignedIn, fields: Fields) -> Response:
    """Make a token; its secret is on this one page and nowhere else."""
    if access.by_token:
        # A leaked token would outlive its own end in those it made.
        raise NotAllowed
    name = fields.get("name", "").strip()[:100] or "token"
    _, secret = access.store.create_token(access.person_id, name)
    return page("settings.html", settings_page(access, secret=secret))


@router.post("/settings/tokens/{token_id}/revoke")
def revoke_token(access: SignedIn, token_id: str) -> Response:
    """Make a token useless."""
    access.store.revoke_token(access.person_id, token_id)
    return RedirectResponse("/settings", 303)


def _kept(access: Access, chosen: preferences.Preferences) -> Response:
    answer = RedirectResponse("/settings?saved=1", 303)
    answer.set_cookie(
        preferences.COOKIE, preferences.written(chosen), max_age=365 * 86400, path="/",
        httponly=True, samesite="lax", secure=access.server.options.secure,
    )  # fmt: skip
    return answer
