"""Every route by every role: a walk over all there are, so that a new one is not missed."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from harness.models.review import Role
from harness.store import ReviewStore
from tests.review.test_security import OURS, enter

OPEN = {"/sign-in", "/sign-out", "/welcome/{token}", "/static/{digest}/{name}"}
ROLES = (None, Role.TRAINER, Role.REVIEWER, Role.EXPERT, Role.MANAGER)
ANSWER: dict[str, Any] = {"version": 0, "answer": {"preference": 1}, "key": "k"}


def routes(client: TestClient) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(some: Any) -> None:
        for route in some:
            if isinstance(route, APIRoute):
                found.extend((method, route.path) for method in sorted(route.methods or ()))
            elif hasattr(route, "original_router"):
                prefix = getattr(route, "prefix", "")
                before = len(found)
                walk(route.original_router.routes)
                found[before:] = [(m, prefix + p if prefix else p) for m, p in found[before:]]

    walk(client.app.routes)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_route_by_every_role(
    client: TestClient, review: ReviewStore, role: Role | None
) -> None:
    """Somebody else's things are 404, a manager's pages 403, and nobody gets in unsigned."""
    owner = enter(client, review, "owner")
    desk = client.post("/projects/spans/start", headers=OURS).headers["location"]
    assignment_id = desk.rsplit("/", 1)[-1]
    item_id = review.assignment(assignment_id).item_id
    invite, token = review.invite(Role.TRAINER, handle="later")
    api_token, _ = review.create_token(owner, "theirs")
    client.cookies.clear()
    if role is not None:
        enter(client, review, "other", role)
    names = {
        "assignment_id": assignment_id,
        "slug": "spans",
        "item_id": item_id,
        "letter": "A",
        "number": "0",
        "token_id": api_token.token_id,
        "invite_id": invite.invite_id,
        "person_id": owner,
        "token": token,
        "digest": "x",
        "name": "desk.js",
    }
    walked = routes(client)
    assert len(walked) >= 30
    for method, path in walked:
        if path in OPEN:
            continue
        address = path.format(**names)
        body: dict[str, Any] = {"json": ANSWER} if "/api/" in path else {"data": {}}
        if method == "GET":
            answer = client.get(address, params={"left": "A", "right": "B"})
        else:
            answer = client.request(method, address, headers=OURS, **body)
        where = f"{method} {path} as {role}: {answer.status_code}"
        if role is None:
            assert answer.status_code == (401 if "/api/" in path else 303), where
        elif "{assignment_id}" in path or "{token_id}" in path:
            assert answer.status_code in {404, 422}, where
        elif path.startswith("/manage"):
            allowed = {200, 303, 409, 422} if role is Role.MANAGER else {403}
            assert answer.status_code in allowed, where
        else:
            assert answer.status_code < 400 or answer.status_code == 422, where
    draft = review.draft(assignment_id, owner)
    assert draft.version == 0
    assert review.assignment(assignment_id).state.value == "claimed"
    assert [one.revoked_at for one in review.tokens(owner)] == [None]


def test_the_walk_sees_the_routes_that_matter(client: TestClient) -> None:
    found = {path for _, path in routes(client)}
    assert {"/desk/{assignment_id}", "/manage/people", "/api/desk/{assignment_id}/draft"} <= found


def test_a_token_does_what_its_person_may_and_nothing_once_revoked(
    client: TestClient, review: ReviewStore
) -> None:
    person = review.add_person("Tina", "tina", Role.TRAINER)
    made, secret = review.create_token(person.person_id, "script")
    headers = {"authorization": f"Bearer {secret}"}
    claimed = client.post("/api/projects/spans/next", headers=headers).json()["url"]
    answer = {"version": 0, "answer": {"preference": -1}}
    saved = client.put(f"/api{claimed}/draft", json=answer, headers=headers)
    assert saved.json()["version"] == 1
    assert client.get("/manage", headers=headers).status_code == 403
    review.revoke_token(person.person_id, made.token_id)
    assert client.get("/api/projects", headers=headers).status_code == 401


def test_letters_that_are_not_shown_are_refused(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    desk = client.post("/projects/spans/start", headers=OURS).headers["location"]
    for name in ("C", "1", "r_x", "__proto__"):
        body = {"version": 0, "answer": {"ratings": {name: {"correctness": 1}}}}
        answer = client.put(f"/api{desk}/draft", json=body, headers=OURS)
        assert answer.status_code == 422, name
