"""Every route × every role × objects that are one's own, somebody else's, and nobody's.

Each route is declared below; one that is not fails the walk, so none can be added without a
decision on who may do what to whose. On the way every answer is looked at for its headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from harness.models import Artifact, RunInfo
from harness.models.review import NewItem, Role, Source
from harness.review.security import LIVE_POLICY, PAGE_POLICY
from harness.store import ReviewStore, Store
from harness.store.artifacts import keep_artifact
from tests.review import samples
from tests.review.test_security import OURS, enter


class Kind(Enum):
    """Who may use a route, and whose things it reaches."""

    OPEN = "anybody"
    PERSON = "whoever is signed in; it names no object"
    PROJECT = "whoever is signed in; projects that exist"
    MINE = "one's own assignments"
    RUN = "runs of one's own assignments; test_runs.py has real ones"
    TOKEN = "one's own tokens"
    MANAGER = "managers; everything that exists"


DECLARED = {
    Kind.OPEN: """
        GET /sign-in                      POST /sign-in             POST /sign-out
        GET /welcome/{token}              POST /welcome/{token}
        GET /static/{digest}/{name}       GET /api/openapi.json     HEAD /api/openapi.json
    """,
    Kind.PERSON: """
        GET /            GET /history         GET /settings          POST /settings/theme
        POST /settings/keys                   POST /settings/tokens
        GET /api         GET /api/me          GET /api/projects
        GET /api/work    GET /api/tokens
    """,
    Kind.PROJECT: """
        GET /projects/{slug}         POST /projects/{slug}/start
        GET /api/projects/{slug}     POST /api/projects/{slug}/next
    """,
    Kind.MINE: """
        GET /desk/{assignment_id}
        GET /desk/{assignment_id}/live/{letter}
        GET /desk/{assignment_id}/pictures/{letter}/{number}
        GET /work/{assignment_id}                   POST /work/{assignment_id}/reopen
        GET /api/work/{assignment_id}               GET /api/desk/{assignment_id}
        GET /api/desk/{assignment_id}/draft         PUT /api/desk/{assignment_id}/draft
        GET /api/desk/{assignment_id}/diff          POST /api/desk/{assignment_id}/first
        POST /api/desk/{assignment_id}/submit       POST /api/desk/{assignment_id}/skip
        POST /api/desk/{assignment_id}/expert       POST /api/desk/{assignment_id}/heartbeat
        POST /api/desk/{assignment_id}/reopen       POST /api/desk/{assignment_id}/corrections
        GET /api/desk/{assignment_id}/runs          POST /api/desk/{assignment_id}/runs
    """,
    Kind.RUN: """
        GET /api/desk/{assignment_id}/runs/{run_id}
        DELETE /api/desk/{assignment_id}/runs/{run_id}
        GET /api/desk/{assignment_id}/runs/{run_id}/events
        GET /api/desk/{assignment_id}/runs/{run_id}/view
        GET /api/desk/{assignment_id}/runs/{run_id}/pictures/{place}/{number}
    """,
    Kind.TOKEN: """
        POST /settings/tokens/{token_id}/revoke     DELETE /api/tokens/{token_id}
    """,
    Kind.MANAGER: """
        GET /manage                                 GET /manage/{slug}
        GET /manage/{slug}/items/{item_id}          GET /manage/people
        POST /manage/people/invite                  POST /manage/people/invites/{invite_id}/revoke
        POST /manage/people/{person_id}             GET /manage/{slug}/agreement
        GET /api/manage/projects                    GET /api/manage/projects/{slug}
        GET /api/manage/projects/{slug}/items       GET /api/manage/projects/{slug}/events
        GET /api/manage/projects/{slug}/items/{item_id}
        GET /api/manage/people                      PATCH /api/manage/people/{person_id}
        GET /api/manage/invites                     POST /api/manage/invites
        DELETE /api/manage/invites/{invite_id}
    """,
}
ROLES = (None, *Role)
ANSWER: dict[str, Any] = {"version": 0, "answer": {"preference": 1}}
BODIES: dict[str, dict[str, Any]] = {
    "draft": ANSWER,
    "first": ANSWER,
    "submit": {**ANSWER, "key": "k"},
    "skip": {"reason": "later"},
    "expert": {"reason": "hard"},
    "heartbeat": {},
    "invites": {},
    "{person_id}": {"name": "New"},
    "runs": {"kind": "input", "letters": ["A"], "input": "x"},
    "corrections": {"letter": "A", "code": "x"},
}
NOBODYS = {
    "assignment_id": "a_nobodys00000000",
    "slug": "nobodys",
    "item_id": "i_nobodys00000000",
    "run_id": "u_nobodys00000000",
    "place": "0",
    "token_id": "t_nobodys00000000",
    "invite_id": "v_nobodys00000000",
    "person_id": "p_nobodys00000000",
}
RUN = {"run_id": NOBODYS["run_id"], "place": "0"}


def declared() -> dict[tuple[str, str], Kind]:
    """(method, path) → kind."""
    found: dict[tuple[str, str], Kind] = {}
    for kind, text in DECLARED.items():
        words = text.split()
        found |= dict.fromkeys(zip(words[::2], words[1::2], strict=True), kind)
    return found


def served(client: TestClient) -> set[tuple[str, str]]:
    """Every method and path that the application really answers to."""

    def walk(some: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for route in some:
            if hasattr(route, "original_router"):
                inner = route.original_router.routes
                yield from walk(inner, prefix + getattr(route, "prefix", ""))
            else:
                # A mount or a socket has no methods: it fails here, and must be thought of.
                yield from ((method, prefix + route.path) for method in route.methods)

    return set(walk(client.app.routes, ""))  # type: ignore[attr-defined]


def test_every_route_is_declared_and_every_declaration_is_a_route(client: TestClient) -> None:
    assert served(client) == set(declared())


def ask(client: TestClient, method: str, path: str, names: dict[str, str]) -> Any:
    """One request, as our own page would make it, and a look at the headers of the answer."""
    values = {"letter": "A", "number": "0", "digest": "x", "name": "desk.js", "token": "none"}
    last = path.rsplit("/", 1)[-1]
    more: dict[str, Any] = {"params": {"left": "A", "right": "B"}} if method == "GET" else {}
    if method in {"POST", "PUT", "PATCH"}:
        more = (
            {"json": BODIES.get(last, {})} if path.startswith("/api/") else {"data": {"name": "x"}}
        )
    address = path.format(**{**values, **names})
    answer = client.request(method, address, headers={} if method == "GET" else OURS, **more)
    check_headers(path, answer)
    return answer


def check_headers(path: str, answer: Any) -> None:
    """What no answer may lack, whatever it is."""
    headers = answer.headers
    live = path.endswith("/live/{letter}") and answer.status_code == 200
    assert headers["content-security-policy"] == (LIVE_POLICY if live else PAGE_POLICY), path
    assert headers["x-content-type-options"] == "nosniff", path
    assert headers["referrer-policy"] == "same-origin", path
    assert "access-control-allow-origin" not in headers, path
    if not path.startswith("/static"):
        assert "no-store" in headers["cache-control"], path
    for cookie in headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie, path
        assert "SameSite=lax" in cookie, path


def test_no_policy_lets_inline_script_or_eval_into_our_origin() -> None:
    assert "unsafe" not in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
    assert "script-src 'self'" in PAGE_POLICY
    assert LIVE_POLICY.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in LIVE_POLICY
    assert "default-src 'none'" in LIVE_POLICY
    assert "connect-src" not in LIVE_POLICY


class World:
    """Somebody with work of their own beside somebody else's, in a project with pictures."""

    def __init__(self, client: TestClient, store: Store, review: ReviewStore, home: Path) -> None:
        self.client, self.review = client, review
        make_pictures(store, review, keep_artifact(home, "shot", "image/png", PNG))
        self.owner = review.add_person("Owner", "owner").person_id
        self.me = ""

    def things_of(self, person_id: str) -> dict[str, str]:
        """Ids of things that belong to a person, or exist at all; those in hand are reused."""
        claimed = self.review.claim_next("pictures", person_id)
        assert claimed is not None
        if not self.review.responses_of(claimed.item_id)[0].result.artifacts:
            # One of the sample's own items, without a picture: on to the next.
            self.review.escalate(claimed.assignment_id, person_id, "no picture")
            return self.things_of(person_id)
        open_tokens = [one for one in self.review.tokens(person_id) if one.revoked_at is None]
        token = open_tokens[0] if open_tokens else self.review.create_token(person_id, "t")[0]
        return {
            "assignment_id": claimed.assignment_id, "slug": "pictures", "item_id": claimed.item_id,
            "token_id": token.token_id, "invite_id": self.review.invite(Role.TRAINER)[0].invite_id,
            "person_id": self.owner,
        }  # fmt: skip


PNG = b"\x89PNG\r\n\x1a\n"


def make_pictures(store: Store, review: ReviewStore, shot: Artifact) -> None:
    """A project whose items each have a page and a picture of it."""
    tasks = [samples.html_task().model_copy(update={"task_id": f"page-{n}"}) for n in range(30)]
    rows = [
        one.model_copy(update={"task_id": task.task_id, "artifacts": (shot,),
                               "response_id": f"{task.task_id}/{side}"})
        for task in tasks for side, one in enumerate(samples.html_results())
    ]  # fmt: skip
    store.create_run(RunInfo(run_id="20300101-shots", started_at="2030-01-01T00:00:00Z"))
    store.add_tasks("20300101-shots", tasks)
    store.add_results("20300101-shots", list(enumerate(rows)))
    samples.make_project(review, "pictures", merges=0, overlap=9)
    sides = ("0", "1")
    review.add_items("pictures", [
        NewItem(task_id=task.task_id, responses=tuple(
            Source(run_id="20300101-shots", response_id=f"{task.task_id}/{side}") for side in sides
        )) for task in tasks
    ])  # fmt: skip


@pytest.fixture
def world(client: TestClient, store: Store, review: ReviewStore, tmp_path: Path) -> World:
    return World(client, store, review, tmp_path)


@pytest.mark.parametrize("role", ROLES)
def test_every_route_by_every_role(world: World, role: Role | None) -> None:
    theirs = world.things_of(world.owner)
    if role is not None:
        world.me = enter(world.client, world.review, "me", role)
    before = state_of(world, theirs)
    for (method, path), kind in declared().items():
        if kind is not Kind.OPEN:
            walk_one(world, method, path, kind, role, theirs)
    assert state_of(world, theirs) == before


def walk_one(
    world: World, method: str, path: str, kind: Kind, role: Role | None, theirs: dict[str, str]
) -> None:
    """One route with things that are one's own, another's and nobody's."""

    def status(names: dict[str, str]) -> int:
        return int(ask(world.client, method, path, {**RUN, **names}).status_code)

    where = f"{method} {path} as {role}"
    if role is None:
        wanted = {401} if path.startswith("/api/") else {303}
        assert {status(theirs), status(NOBODYS)} == wanted, where
        return
    if kind is Kind.MANAGER and role is not Role.MANAGER:
        assert {status(theirs), status(NOBODYS)} == {403}, where
        return
    if kind is Kind.RUN:
        mine = world.things_of(world.me)
        for names in (theirs, mine, NOBODYS):
            assert status(names) == 404, where
        return
    mine = theirs if kind is Kind.MANAGER else world.things_of(world.me)
    if kind is Kind.MANAGER:
        mine = {**theirs, "invite_id": world.things_of(world.me)["invite_id"]}
    got = status(mine)
    assert got < 500, where
    assert got not in {400, 401, 403, 404, 405}, f"{where}: {got} for one's own"
    if kind in {Kind.MINE, Kind.TOKEN}:
        assert status(theirs) == 404, f"{where}: somebody else's"
    if "{" in path:
        assert status(NOBODYS) == 404, f"{where}: nobody's"


def state_of(world: World, theirs: dict[str, str]) -> object:
    """What must be as it was when somebody else has tried everything."""
    review, work = world.review, theirs["assignment_id"]
    assignment = review.assignment(work).model_dump(exclude={"lock_expires_at"})
    tokens = [one.revoked_at for one in review.tokens(world.owner)]
    return assignment, review.draft(work, world.owner), review.judgments(work, world.owner), tokens


def test_a_change_is_refused_on_every_route_if_it_comes_from_elsewhere(world: World) -> None:
    world.me = enter(world.client, world.review, "me", Role.MANAGER)
    names = world.things_of(world.me)
    events = len(world.review.events(limit=10_000))
    changing = [(method, path) for method, path in declared() if method not in {"GET", "HEAD"}]
    for method, path in changing:
        address = path.format(**RUN, **names, token="none")
        for headers in ({}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            answer = world.client.request(method, address, headers=headers)
            assert answer.status_code == 403, (method, path, headers)
    assert len(world.review.events(limit=10_000)) == events


def test_reading_changes_no_judgment(world: World) -> None:
    """A link somebody is made to follow, or a prefetch, must not judge, skip or revoke."""
    world.me = enter(world.client, world.review, "me", Role.MANAGER)
    names = world.things_of(world.me)
    before = world.review.assignment(names["assignment_id"]).state
    for method, path in declared():
        if method == "GET":
            ask(world.client, method, path, {**RUN, **names, "token": "none"})
    assert world.review.assignment(names["assignment_id"]).state is before
    assert all(one.revoked_at is None for one in world.review.tokens(world.me))


def test_an_item_is_reached_through_its_own_project_only(world: World) -> None:
    world.me = enter(world.client, world.review, "me", Role.MANAGER)
    item_id = world.things_of(world.me)["item_id"]
    for base in ("/manage", "/api/manage/projects"):
        assert world.client.get(f"{base}/pictures/items/{item_id}").status_code == 200
        assert world.client.get(f"{base}/spans/items/{item_id}").status_code == 404


def test_nobody_works_in_a_closed_project(world: World) -> None:
    world.review.close_project("pictures", closed=True)
    enter(world.client, world.review, "me")
    for method, path in ((m, p) for (m, p), kind in declared().items() if kind is Kind.PROJECT):
        answer = ask(world.client, method, path, {"slug": "pictures"})
        assert answer.status_code == 404, (method, path)


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


def test_the_api_has_a_page_of_its_own_with_every_operation(
    client: TestClient, review: ReviewStore
) -> None:
    enter(client, review)
    html = client.get("/api").text
    document = client.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}<" in html, path


def test_letters_that_are_not_shown_are_refused(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    desk = client.post("/projects/spans/start", headers=OURS).headers["location"]
    for name in ("C", "1", "r_x", "__proto__"):
        body = {"version": 0, "answer": {"ratings": {name: {"correctness": 1}}}}
        answer = client.put(f"/api{desk}/draft", json=body, headers=OURS)
        assert answer.status_code == 422, name


def test_the_api_describes_itself_and_names_every_refusal(client: TestClient) -> None:
    found = client.get("/api/openapi.json").json()["paths"]
    assert set(found) >= {
        "/api/projects",
        "/api/projects/{slug}/next",
        "/api/desk/{assignment_id}/draft",
        "/api/desk/{assignment_id}/submit",
    }
    for path, methods in found.items():
        assert path.startswith("/api/"), path
        for method in methods.values():
            assert {"401", "404", "409"} <= set(method["responses"]), path
