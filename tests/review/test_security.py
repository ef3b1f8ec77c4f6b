"""Each rule of the server's security, from outside: headers, origins, hosts, cookies, sign-in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from harness.errors import UsageError
from harness.models.review import Role
from harness.review import passwords
from harness.review.app import create_app
from harness.review.options import ReviewOptions
from harness.review.security import safe_next
from harness.review.serving import check_bind
from harness.store import ReviewStore, Store

OURS = {"origin": "http://127.0.0.1"}
PASSWORD = "four words and more"


def enter(
    client: TestClient, review: ReviewStore, name: str = "tina", role: Role = Role.TRAINER
) -> str:
    """Sign someone in at the client; returns who."""
    known = review.person_by_handle(name)
    person = known or review.add_person(name, name, role)
    client.cookies.set("review_session", review.start_session(person.person_id))
    return person.person_id


def test_every_answer_has_the_headers(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    for path in ("/", "/sign-in", "/nothing", "/api/projects", "/api/nothing", "/manage"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_pages_hold_no_inline_script_style_or_handler(
    client: TestClient, review: ReviewStore
) -> None:
    enter(client, review, "mia", Role.MANAGER)
    claim = client.post("/projects/spans/start", headers=OURS).headers["location"]
    for path in (claim, "/", "/history", "/settings", "/manage", "/manage/spans", "/manage/people"):
        html = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html), path
        assert set(re.findall(r"<script[^>]*>", html)) <= {
            '<script type="application/json" id="data">',
            *re.findall(r'<script type="module" src="/static/\w+/\w+\.js">', html),
        }


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://evil.example"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1"},
        {"origin": "http://127.0.0.1:81"},
        {"origin": "http://127.0.0.1.evil.example"},
        {},
    ],
)
def test_a_change_asked_for_elsewhere_is_refused(
    client: TestClient, review: ReviewStore, headers: dict[str, str]
) -> None:
    person = enter(client, review)
    answer = client.post("/projects/spans/start", headers=headers)
    assert answer.status_code == 403
    assert review.my_assignments(person) == []


@pytest.mark.parametrize(
    "headers", [OURS, {"sec-fetch-site": "same-origin"}, {**OURS, "sec-fetch-site": "same-origin"}]
)
def test_a_change_asked_for_by_our_own_page_is_made(
    client: TestClient, review: ReviewStore, headers: dict[str, str]
) -> None:
    enter(client, review)
    assert (
        client.post("/projects/spans/start", headers=headers)
        .headers["location"]
        .startswith("/desk/a_")
    )


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""]
)
def test_other_host_names_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/sign-in", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "LOCALHOST:1"])
def test_this_machine_is_reached_by_any_of_its_names(client: TestClient, host: str) -> None:
    assert client.get("/sign-in", headers={"host": host}).status_code == 200


def test_large_bodies_are_refused_announced_or_not(
    client: TestClient, review: ReviewStore, options: ReviewOptions
) -> None:
    enter(client, review)
    large = b"name=" + b"x" * options.max_body_bytes
    assert client.post("/settings/tokens", content=large, headers=OURS).status_code == 413
    pieces = (large[n : n + 65536] for n in range(0, len(large), 65536))
    assert client.post("/settings/tokens", content=pieces, headers=OURS).status_code == 413
    assert review.tokens(review.people()[0].person_id) == []


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    store: Store, review: ReviewStore, tmp_path: Path
) -> None:
    person = review.add_person("Tina", "tina", Role.TRAINER)
    review.set_password_hash(person.person_id, passwords.hashed(PASSWORD))
    for secure, name in ((False, "review_session"), (True, "__Host-review")):
        app = create_app(store, ReviewOptions(home=tmp_path, secure=secure, local=False))
        scheme = "https" if secure else "http"
        with TestClient(app, base_url=f"{scheme}://127.0.0.1", follow_redirects=False) as client:
            answer = client.post(
                "/sign-in",
                data={"name": "TINA", "password": PASSWORD},
                headers={"origin": f"{scheme}://127.0.0.1"},
            )
        cookie = answer.headers["set-cookie"]
        assert answer.status_code == 303
        assert cookie.startswith(f"{name}=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert ("Secure" in cookie) is secure


def test_sign_in_is_throttled_and_says_nothing_of_who_exists(
    client: TestClient, review: ReviewStore
) -> None:
    person = review.add_person("Tina", "tina", Role.TRAINER)
    review.set_password_hash(person.person_id, passwords.hashed(PASSWORD))
    wrong = [
        client.post("/sign-in", data={"name": name, "password": "x"}, headers=OURS)
        for name in ("tina", "nobody")
    ]
    texts = [one.text.replace("tina", "").replace("nobody", "") for one in wrong]
    assert texts[0] == texts[1]
    assert wrong[0].status_code == 401
    for _ in range(4):
        client.post("/sign-in", data={"name": "tina", "password": "x"}, headers=OURS)
    # Even the right password waits now, or guessing would go on under the throttle.
    late = client.post("/sign-in", data={"name": "tina", "password": PASSWORD}, headers=OURS)
    assert late.status_code == 429
    assert "set-cookie" not in late.headers
    other = review.add_person("Otto", "otto", Role.TRAINER)
    review.set_password_hash(other.person_id, passwords.hashed(PASSWORD))
    fine = client.post("/sign-in", data={"name": "otto", "password": PASSWORD}, headers=OURS)
    assert fine.status_code == 303


def test_a_throttle_lets_in_again_after_its_window() -> None:
    now = [0.0]
    throttle = passwords.Throttle(free=2, window_s=60, clock=lambda: now[0])
    throttle.failed("tina")
    assert throttle.wait_s("tina") == 0
    throttle.failed("tina")
    assert throttle.wait_s("tina") == 60
    assert throttle.wait_s("otto") == 0
    now[0] = 61.0
    assert throttle.wait_s("tina") == 0


def test_signing_out_ends_the_session_everywhere(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    token = client.cookies["review_session"]
    assert client.get("/").status_code == 200
    client.post("/sign-out", headers=OURS)
    client.cookies.set("review_session", token)
    assert client.get("/").headers["location"].startswith("/sign-in")


def test_a_one_time_link_works_once_and_looking_does_not_use_it_up(
    client: TestClient, review: ReviewStore
) -> None:
    _, token = review.invite(Role.TRAINER, handle="nina", name="Nina")
    for _ in range(2):
        assert client.get(f"/welcome/{token}").status_code == 200
    assert client.post(f"/welcome/{token}", headers=OURS).status_code == 303
    assert client.get("/").status_code == 200
    client.cookies.clear()
    assert client.get(f"/welcome/{token}").status_code == 410
    assert client.post(f"/welcome/{token}", headers=OURS).status_code == 410
    assert client.get("/").status_code == 303


def test_a_team_member_must_choose_a_password_worth_the_name(
    store: Store, review: ReviewStore, tmp_path: Path
) -> None:
    app = create_app(store, ReviewOptions(home=tmp_path, local=False))
    _, token = review.invite(Role.TRAINER, handle="nina")
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        for bad in ("", "short", "aaaaaaaaaaaaa"):
            answer = client.post(f"/welcome/{token}", data={"password": bad}, headers=OURS)
            assert answer.status_code == 422
        done = client.post(f"/welcome/{token}", data={"password": PASSWORD}, headers=OURS)
        assert done.status_code == 303
    found = review.password_hash("nina")
    assert found is not None
    assert (found[1] or "").startswith("$argon2id$")
    assert PASSWORD not in (found[1] or "")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:x",
        "/a\\b",
        "/ok\nSet-Cookie: x",
        "",
        "evil",
    ],
)
def test_sign_in_goes_on_to_our_own_pages_only(target: str) -> None:
    assert safe_next(target) == "/"


def test_sign_in_goes_on_to_where_one_wanted_to_go() -> None:
    assert safe_next("/desk/a_1?x=2") == "/desk/a_1?x=2"


def test_only_this_machine_unless_people_have_passwords(tmp_path: Path) -> None:
    local = ReviewOptions(home=tmp_path)
    check_bind("127.0.0.1", local)
    check_bind("::1", local)
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org"):
        with pytest.raises(UsageError, match="network"):
            check_bind(host, local)
        check_bind(host, local.model_copy(update={"local": False}))


def test_preferences_from_a_forged_cookie_are_checked(
    client: TestClient, review: ReviewStore
) -> None:
    import base64
    import json

    enter(client, review)
    values = {"theme": '"><script>', "keys": {"diff": "z", "submit": "q", "evil": "x", "save": 5}}
    for text in (json.dumps(values), "[" * 3000, "\xff", '{"keys": []}'):
        cookie = base64.urlsafe_b64encode(text.encode()).decode()
        client.cookies.set("review_preferences", cookie)
        html = client.get("/settings").text
        assert 'data-theme="system"' in html
        assert 'name="key-submit" value="Ctrl+Enter"' in html
    client.cookies.set(
        "review_preferences", base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    )
    assert 'name="key-diff" value="z"' in client.get("/settings").text


def test_the_page_of_a_response_is_nobodys_origin(client: TestClient, review: ReviewStore) -> None:
    from tests.review import samples

    samples.make_project(review, "pages", merges=0)
    enter(client, review)
    first = client.post("/projects/pages/start", headers=OURS).headers["location"]
    client.post(f"/api{first}/skip", json={"reason": "later"}, headers=OURS)
    url = client.post("/projects/pages/start", headers=OURS).headers["location"]
    answer = client.get(f"{url}/live/A")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"{url}/live/C").status_code == 404
    # Only HTML is ever served as a page.
    assert client.get(f"{first}/live/A").status_code == 404


def test_static_files_are_a_closed_list(client: TestClient) -> None:
    for name in (
        "..%2fapp.py",
        "%2e%2e%2f%2e%2e%2fsettings.py",
        "report.css",
        "nothing.js",
        "a%00b",
    ):
        assert client.get(f"/static/x/{name}").status_code in {400, 404}
    assert client.get("/static/x/desk.js").headers["cache-control"] == "no-cache"
