"""Requests no page of ours makes: broken, huge, deep, out of the alphabet, out of the folder."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from harness.models import RunInfo
from harness.models.review import NewItem, Role, Source
from harness.review.options import ReviewOptions
from harness.review.security import MAX_ADDRESS_BYTES
from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import HOST, Site
from tests.review.test_security import OURS, enter

JSON = {**OURS, "content-type": "application/json"}
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"answer":' * 50_000 + b"1" + b"}" * 50_000,
    "a huge number": b'{"version":' + b"9" * 6_000 + b',"answer":{}}',
    "no number": b'{"version":NaN,"answer":{"preference":Infinity}}',
    "half a character": b'{"version":0,"answer":{"justification":"\\ud800"}}',
    "half a name": b'{"version":0,"answer":{"ratings":{"\\udfff":{"a":1}}}}',
    "true is no number": b'{"version":0,"answer":{"preference":true}}',
    "a list": b"[]",
    "a text": b'"x"',
    "the prototype": b'{"version":0,"answer":{},"__proto__":{"admin":true}}',
    "marks without end": json.dumps(
        {"version": 0, "answer": {"reasons": ["x" * 99] * 15_000}}
    ).encode(),
    "a form": b"version=0&answer=x",
}


@pytest.fixture
def desk(client: TestClient, review: ReviewStore) -> str:
    """The API address of an item in hand."""
    claimed = review.claim_next("spans", enter(client, review))
    assert claimed is not None
    return f"/api/desk/{claimed.assignment_id}"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_not_as_described_is_refused(
    client: TestClient, desk: str, body: bytes
) -> None:
    before = client.get(f"{desk}/draft").json()
    for method, what in (("PUT", "draft"), ("POST", "first"), ("POST", "submit"), ("POST", "skip")):
        answer = client.request(method, f"{desk}/{what}", content=body, headers=JSON)
        assert answer.status_code in {400, 413, 422}, (what, answer.text[:200])
        assert set(answer.json()) <= {"message", "fix", "problems"}
    assert client.get(f"{desk}/draft").json() == before


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "\x1b[31m", "\u202e", "\ufdd0", "\U0010ffff", "\r\nx"]
)
def test_text_of_any_alphabet_is_kept_or_refused_never_an_error(
    client: TestClient, review: ReviewStore, desk: str, text: str
) -> None:
    body = {"version": 0, "answer": {"justification": text}}
    answer = client.put(f"{desk}/draft", json=body, headers=OURS)
    assert answer.status_code == 200
    kept = client.get(desk).json()["draft"]["answer"]["justification"]
    assert kept == text.replace("\0", "\ufffd")
    left = client.post(f"{desk}/skip", json={"reason": text, "note": text}, headers=OURS)
    assert left.status_code in {200, 422}
    enter(client, review, "mia", Role.MANAGER)
    made = client.post("/api/manage/invites", json={"handle": text}, headers=OURS)
    assert made.status_code in {201, 422}
    form = client.post("/manage/people/invite", data={"handle": text, "name": text}, headers=OURS)
    assert form.status_code in {200, 422}
    assert client.get("/manage/people").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/desk/a%00b", "/api/desk/%00/draft", "/projects/%00", "/welcome/%00", "/manage/%00",
     "/history?x=%00", "/projects/spans?say=%00", "/api/work?project=%00"],
)  # fmt: skip
def test_nul_in_an_address_is_refused_before_anything_looks_at_it(
    client: TestClient, review: ReviewStore, path: str
) -> None:
    enter(client, review, "mia", Role.MANAGER)
    assert client.get(path).status_code == 400


def test_an_address_without_end_is_refused(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    long = "x" * MAX_ADDRESS_BYTES
    for path in (f"/desk/{long}", f"/history?x={long}"):
        assert client.get(path).status_code == 414


@pytest.mark.parametrize("length", ["-1", "1e3", "", "²", "9" * 30, "0x10", "+5"])
def test_a_length_that_is_none_is_refused(client: TestClient, desk: str, length: str) -> None:
    headers = {**JSON, "content-length": length}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = client.post(f"{desk}/heartbeat", content=b"{}", headers=encoded)
    assert answer.status_code == 413


@pytest.mark.parametrize("size", [1, 65_536])
def test_a_body_over_the_limit_is_cut_off_however_it_comes(
    client: TestClient, options: ReviewOptions, desk: str, size: int
) -> None:
    large = b" " * (options.max_body_bytes + 1 - (1_900_000 if size == 1 else 0))
    pieces = [large[n : n + 65_536] for n in range(0, len(large), 65_536)]
    if size == 1:
        pieces += [b" "] * 10 + [b" " * 1_900_000]
    answer = client.put(f"{desk}/draft", content=iter(pieces), headers=JSON)
    assert answer.status_code == 413


def test_a_form_of_very_many_fields_is_no_work(client: TestClient, review: ReviewStore) -> None:
    enter(client, review)
    body = "&".join(f"key-{n}=x" for n in range(50_000))
    headers = {**OURS, "content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/settings/keys", content=body, headers=headers)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "query",
    ["state=evil", "state=open'--", "after=x", "after=1e9", "after=99999999999999", "limit=0",
     "limit=100000", "limit=-1", "state=open&state=evil"],
)  # fmt: skip
def test_filters_take_what_is_on_their_list(
    client: TestClient, review: ReviewStore, query: str
) -> None:
    enter(client, review, "mia", Role.MANAGER)
    assert client.get(f"/api/manage/projects/spans/items?{query}").status_code == 422


def test_lists_cannot_be_sorted_or_filtered_by_a_field_of_ones_choice(
    client: TestClient, review: ReviewStore
) -> None:
    """A sort by a secret column tells it letter by letter."""
    enter(client, review, "mia", Role.MANAGER)
    for path in ("/api/manage/people", "/api/manage/invites", "/api/manage/projects/spans/items"):
        plain = client.get(path).json()
        for query in ("sort=password_hash", "order_by=-token_hash", "password_hash__startswith=$",
                      "fields=password_hash", "filter[token_hash]=x"):  # fmt: skip
            assert client.get(f"{path}?{query}").json() == plain
    people = json.dumps(client.get("/api/manage/people").json())
    assert "argon2" not in people
    assert "hash" not in people


def raw(site: Site, head: str, body: bytes = b"") -> bytes:
    """An answer to a request as no client library would send it."""
    host, port = site.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as link:
        link.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
        found = b""
        while piece := link.recv(65_536):
            found += piece
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/x/../../app.py", "/static/x/..%2f..%2fapp.py",
        "/static/x/%2e%2e/%2e%2e/etc/passwd", "/static/x//etc/passwd", "/static//etc/passwd",
        "/static/x/..\\..\\app.py", "/static/x/desk.js%00.css", "/static/x/desk.js/../../app.py",
        "/../../../../etc/passwd", "//etc/passwd", "/static/x/....//....//etc/passwd",
        "/static/x/%252e%252e%252fapp.py", "/desk/../../etc/passwd", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_list_of_files(site: Site, path: str) -> None:
    answer = raw(site, f"GET {path} HTTP/1.1\nHost: {HOST}\nConnection: close")
    status = answer.split(b" ", 2)[1]
    assert status in {b"303", b"400", b"404"}, answer[:80]
    assert b"root:" not in answer
    assert b"create_app" not in answer


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\nHost: evil.example\nX-Forwarded-Host: 127.0.0.1",
        "GET http://evil.example/ HTTP/1.1\nHost: evil.example",
        "GET / HTTP/1.1\nHost: 127.0.0.1@evil.example",
        "GET / HTTP/1.1\nHost: evil.example#127.0.0.1",
        "GET / HTTP/1.1\nHost: 127.0.0.1.evil.example",
    ],
)
def test_a_page_reached_under_another_name_is_refused(site: Site, head: str) -> None:
    assert b" 421 " in raw(site, f"{head}\nConnection: close").split(b"\r\n", 1)[0]


def test_an_invitation_names_the_host_it_was_made_under_and_no_other(
    client: TestClient, review: ReviewStore
) -> None:
    enter(client, review, "mia", Role.MANAGER)
    for header in ("x-forwarded-host", "x-host", "forwarded"):
        more = {**OURS, header: "host=evil.example"}
        made = client.post("/api/manage/invites", json={}, headers=more)
        assert made.json()["link"].startswith(f"http://{HOST}/welcome/")


def test_a_failure_of_ours_shows_nothing_of_the_inside(
    client: TestClient, review: ReviewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client, review)

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret place /var/lib/harness")

    monkeypatch.setattr(type(review), "my_assignments", broken)
    strict = TestClient(client.app, base_url=f"http://{HOST}", raise_server_exceptions=False)
    strict.cookies = client.cookies
    for path in ("/history", "/api/work"):
        answer = strict.get(path)
        assert answer.status_code == 500
        assert "secret place" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_store_refuses_a_picture_whose_name_is_a_path(tmp_path: Path) -> None:
    from harness.store.artifacts import artifact_file

    for digest in ("../../etc/passwd", "a" * 63, "A" * 64, "", "a" * 64 + "\n", "/" * 64):
        with pytest.raises(ValueError, match="sha256"):
            artifact_file(tmp_path, digest)


def test_code_that_no_encoding_takes_is_still_shown(
    client: TestClient, store: Store, review: ReviewStore
) -> None:
    """A response may hold half of a surrogate pair; the page and every answer spell it out."""
    rows = [
        one.model_copy(update={"code": f"x = '{chr(0xD800)}'  # {side}\n", "response_id": side})
        for side, one in zip("ab", samples.merge_results(1), strict=True)
    ]
    store.create_run(RunInfo(run_id="20300101-half", started_at="2030-01-01T00:00:00Z"))
    store.add_tasks("20300101-half", [samples.merge_task(1)])
    store.add_results("20300101-half", list(enumerate(rows)))
    sources = tuple(Source(run_id="20300101-half", response_id=side) for side in "ab")
    samples.make_project(review, "half", merges=0)
    review.add_items("half", [NewItem(task_id="merge-1", responses=sources)])
    me = enter(client, review)
    while (claimed := review.claim_next("half", me)) is not None:
        work = claimed.assignment_id
        for path in (f"/desk/{work}", f"/api/desk/{work}", f"/api/desk/{work}/runs"):
            assert client.get(path).status_code == 200, path
        review.escalate(work, me, "next")
    assert len(review.my_assignments(me)) == 3
