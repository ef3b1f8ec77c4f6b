"""Secrets: random for each install, stored as digests only, ended at once when they should be."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import harness.review
from harness.models import Answer
from harness.models.review import Role
from harness.review import passwords
from harness.review.app import create_app
from harness.review.options import ReviewOptions
from harness.review.serving import one_time_link
from harness.store import ReviewStore, Store, open_store, review_of
from tests.review.test_security import OURS, PASSWORD, enter

SOURCES = sorted(Path(harness.review.__file__).parent.rglob("*.py"))


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_an_install_has_no_secret_to_be_guessed_or_forgotten(tmp_path: Path) -> None:
    """Nothing is signed with a key, so there is no default key: every link is random by itself."""
    assert not {name for name in ReviewOptions.model_fields if "secret" in name or "key" in name}
    links = set()
    for number in range(3):
        with open_store(f"sqlite:///{tmp_path}/{number}.sqlite3") as store:
            links |= {one_time_link(store, "http://127.0.0.1:1") for _ in range(2)}
            assert [one.has_password for one in review_of(store).people()] == [False]
    tokens = {link.rsplit("/", 1)[-1] for link in links}
    assert len(tokens) == 6
    assert min(map(len, tokens)) >= 43  # 256 bits


def test_the_database_holds_no_secret_only_digests(
    store: Store, review: ReviewStore, tmp_path: Path
) -> None:
    person = review.add_person("Tina", "tina", Role.TRAINER)
    _, invite = review.invite(Role.TRAINER, handle="nina")
    _, token = review.create_token(person.person_id, "script")
    review.set_password_hash(person.person_id, passwords.hashed(PASSWORD))
    secrets = (review.start_session(person.person_id), invite, token, PASSWORD)
    content = b"".join(file.read_bytes() for file in tmp_path.glob("store.sqlite3*"))
    assert b"tina" in content
    assert b"$argon2id$" in content
    assert not [one for one in secrets if one.encode() in content]


def test_equal_passwords_look_different_and_are_checked_by_argon2() -> None:
    one, other = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    assert one != other
    assert one.startswith("$argon2id$")
    assert passwords.matches(one, PASSWORD)
    assert not passwords.matches(one, PASSWORD + " ")
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("not a hash", PASSWORD)


@pytest.mark.parametrize("how", ["expired", "revoked", "used", "invented"])
def test_a_link_that_is_over_lets_nobody_in(
    client: TestClient, review: ReviewStore, how: str
) -> None:
    lasts_s = -1.0 if how == "expired" else 60.0
    made, token = review.invite(Role.MANAGER, handle="nina", lasts_s=lasts_s)
    if how == "revoked":
        review.revoke_invite(made.invite_id)
    if how == "used":
        review.accept_invite(token, name="Nina", handle="nina")
    if how == "invented":
        token = "A" * len(token)
    people = len(review.people())
    for answer in (client.get(f"/welcome/{token}"), client.post(f"/welcome/{token}", headers=OURS)):
        assert answer.status_code == 410
        assert "set-cookie" not in answer.headers
    assert len(review.people()) == people


def test_a_link_for_one_person_does_not_take_over_another(
    client: TestClient, review: ReviewStore
) -> None:
    review.add_person("Mia", "mia", Role.MANAGER)
    _, token = review.invite(Role.TRAINER)
    answer = client.post(f"/welcome/{token}", data={"handle": "MIA", "name": "x"}, headers=OURS)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    # Whatever else is in the form, the role is that of the invitation.
    fields = {"handle": "new", "role": "manager", "active": "yes"}
    assert client.post(f"/welcome/{token}", data=fields, headers=OURS).status_code == 303
    found = review.person_by_handle("new")
    assert found is not None
    assert found.role is Role.TRAINER


def test_nobody_can_sign_themselves_up(client: TestClient, review: ReviewStore) -> None:
    before = len(review.people())
    for path in ("/sign-up", "/register", "/people", "/api/people", "/api/manage/people"):
        answer = client.post(path, data={"name": "x", "password": PASSWORD}, headers=OURS)
        assert answer.status_code in {401, 404, 405}
    wrong = client.post("/sign-in", data={"name": "new", "password": PASSWORD}, headers=OURS)
    assert wrong.status_code == 401
    assert len(review.people()) == before


def test_who_is_shut_out_is_out_at_once(client: TestClient, review: ReviewStore) -> None:
    person = enter(client, review)
    _, secret = review.create_token(person, "script")
    assert client.get("/").status_code == 200
    assert client.get("/api/me", headers=bearer(secret)).status_code == 200
    review.change_person(person, active=False)
    assert client.get("/").status_code == 303
    assert client.get("/api/me", headers=bearer(secret)).status_code == 401
    review.change_person(person, active=True)
    assert client.get("/").status_code == 303


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(
    client: TestClient, review: ReviewStore
) -> None:
    review.add_person("Boss", "boss", Role.MANAGER)
    person = enter(client, review, "mia", Role.MANAGER)
    assert client.get("/manage").status_code == 200
    review.change_person(person, role=Role.EXPERT)
    assert client.get("/manage").status_code == 403
    assert client.get("/api/manage/people").status_code == 403


def test_sessions_and_tokens_end_when_their_time_is_over(
    client: TestClient, review: ReviewStore
) -> None:
    person = enter(client, review)
    client.cookies.set("review_session", review.start_session(person, lasts_s=-1))
    assert client.get("/").status_code == 303
    client.cookies.clear()
    _, secret = review.create_token(person, "old", lasts_s=-1)
    assert client.get("/api/me", headers=bearer(secret)).status_code == 401


def test_a_new_password_ends_what_was_open_under_the_old_one(
    store: Store, review: ReviewStore, tmp_path: Path
) -> None:
    person = review.add_person("Nina", "nina", Role.TRAINER)
    stolen = review.start_session(person.person_id)
    _, token = review.invite(Role.TRAINER, handle="nina")
    app = create_app(store, ReviewOptions(home=tmp_path, local=False))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        done = client.post(f"/welcome/{token}", data={"password": PASSWORD}, headers=OURS)
        assert done.status_code == 303
        assert client.get("/").status_code == 200
    assert review.session_person(stolen) is None


def test_secrets_of_one_kind_are_none_of_another(client: TestClient, review: ReviewStore) -> None:
    person = enter(client, review)
    session = client.cookies["review_session"]
    _, secret = review.create_token(person, "script")
    _, invite = review.invite(Role.TRAINER, handle="later")
    client.cookies.clear()
    for wrong in (session, invite, "", "null", "hk_", secret[:-1], secret.upper()):
        assert client.get("/api/me", headers=bearer(wrong)).status_code == 401
    for wrong in (secret, invite, "", "null"):
        client.cookies.set("review_session", wrong)
        assert client.get("/").status_code == 303
    assert client.get(f"/welcome/{secret}").status_code == 410


def test_a_wrong_token_does_not_fall_back_on_the_cookie(
    client: TestClient, review: ReviewStore
) -> None:
    """Else a request without our Origin would come through under the name of whoever visits."""
    person = enter(client, review)
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = client.post(
            "/api/projects/spans/next", headers={"authorization": f"{scheme} hk_nothing"}
        )
        assert answer.status_code == 401
    for other in ("Basic dGluYTp4", "Bearer", "Digest x", "Negotiate"):
        answer = client.post("/api/projects/spans/next", headers={"authorization": other})
        assert answer.status_code in {401, 403}
    assert review.my_assignments(person) == []


def test_a_token_cannot_make_tokens(client: TestClient, review: ReviewStore) -> None:
    """A leaked one would outlive its revocation in those it made."""
    person = review.add_person("Tina", "tina", Role.TRAINER).person_id
    _, secret = review.create_token(person, "script")
    answer = client.post("/settings/tokens", data={"name": "more"}, headers=bearer(secret))
    assert answer.status_code == 403
    assert client.post("/api/tokens", json={}, headers=bearer(secret)).status_code == 405
    assert len(review.tokens(person)) == 1


def test_the_secret_of_a_token_is_shown_once(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    page = client.post("/settings/tokens", data={"name": "script"}, headers=OURS)
    start = page.text.index("hk_")
    secret = page.text[start : start + 46]
    assert client.get("/api/me", headers=bearer(secret)).status_code == 200
    assert secret not in client.get("/settings").text
    assert secret not in client.get("/api/tokens").text


def test_a_judgment_is_signed_by_who_is_signed_in(client: TestClient, review: ReviewStore) -> None:
    """Fields that would name somebody else are no part of any body."""
    me, other = enter(client, review), review.add_person("Otto", "otto").person_id
    claimed = review.claim_next("spans", me)
    assert claimed is not None
    for more in ({"person_id": other}, {"person": other}, {"assignment_id": "a_x"}):
        body = {"version": 0, "answer": Answer(preference=1).model_dump(mode="json"), **more}
        path = f"/api/desk/{claimed.assignment_id}/draft"
        assert client.put(path, json=body, headers=OURS).status_code == 422
    assert review.draft(claimed.assignment_id, me).version == 0


def imported(file: Path) -> set[str]:
    """Top-level names of what a module imports, and of dangerous calls it makes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {f"{node.func.id}()"}
    return found


def test_the_server_has_nothing_to_fetch_or_run_what_a_text_says() -> None:
    """No client of any protocol, no pickle, no eval: a URL or an object in a text stays a text."""
    clients = {
        "urllib.request", "http.client", "requests", "httpx", "httpx2", "aiohttp", "urllib3",
        "ftplib", "smtplib", "socket", "xmlrpc.client", "xml.etree", "lxml", "pickle", "marshal",
        "shelve", "dill", "jsonpickle", "eval()", "exec()", "__import__()", "compile()",
        "yaml", "subprocess", "os.system",
    }  # fmt: skip
    assert len(SOURCES) > 20
    assert clients & set(sys.stdlib_module_names)
    found = {(file.name, one) for file in SOURCES for one in imported(file) & clients}
    assert found <= {("serving.py", "socket")}  # where it listens


def test_our_scripts_make_no_markup_and_no_code_of_texts() -> None:
    """One exception, with a policy of its own: a piece of a page that our server escaped."""
    folder = Path(harness.review.__file__).parent / "static"
    ours = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.js")}
    del ours["editor.js"]  # a bundle of others; the policy and the browser tests hold it
    sinks = (
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(",
        "srcdoc", 'setAttribute("on', "createContextualFragment", "setHTMLUnsafe", "javascript:",
    )  # fmt: skip
    assert len(ours) > 10
    assert not {(name, sink) for name, text in ours.items() for sink in sinks if sink in text}
    parsers = [name for name, text in ours.items() if "parseFromString" in text]
    assert parsers == ["net.js"]
