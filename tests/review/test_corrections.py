"""Corrected code that was handed in: its author reads it again, and so does a manager."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from harness.models import Answer
from harness.models.review import Role
from harness.store import ReviewStore
from tests.review import samples
from tests.review.conftest import Seats
from tests.review.test_accessible_browser import violations
from tests.review.test_security import enter

CODE = "def merge(spans):\n    return ['<b>fixed</b>']\n"
SHOWN = "&lt;b&gt;fixed&lt;/b&gt;"


def hand_in(review: ReviewStore, me: str, name: str = "tina") -> tuple[str, str]:
    """Two corrections of response 2, one of which ran; (assignment, item)."""
    one = review.claim_next("spans", me)
    assert one is not None
    ran = samples.merge_results(1)[1]
    review.add_correction(one.assignment_id, me, CODE, position=2, result=ran)
    review.add_correction(one.assignment_id, me, "x = 1  # never ran\n")
    review.submit(one.assignment_id, me, Answer(preference=-1), name)
    return one.assignment_id, one.item_id


def test_my_corrections_are_on_my_page_and_on_nobody_elses(
    client: TestClient, review: ReviewStore
) -> None:
    me = enter(client, review)
    assignment_id, _ = hand_in(review, me)
    order = review.assignment(assignment_id).order
    html = client.get(f"/work/{assignment_id}").text
    _, _, part = html.partition("What you handed in")
    assert f"Correction 1 of response {'AB'[order.index(2)]}" in part
    assert SHOWN in part
    assert '<i class="f">merge</i>' in part  # highlighted
    assert "v-failed" in part
    assert "✓</span> 5 " in part
    assert "not run" in part
    assert not any(model in html for model in samples.MODELS)
    enter(client, review, "otto")
    assert client.get(f"/work/{assignment_id}").status_code == 404
    own = review.claim_next("spans", enter(client, review, "otto"))
    assert own is not None
    assert "handed in</h2>" not in client.get(f"/work/{own.assignment_id}").text


def test_a_manager_reads_them_under_the_name_of_who_wrote_them(
    client: TestClient, review: ReviewStore
) -> None:
    _, item_id = hand_in(review, enter(client, review))
    assert client.get(f"/manage/spans/items/{item_id}").status_code == 403
    enter(client, review, "mia", Role.MANAGER)
    html = client.get(f"/manage/spans/items/{item_id}").text
    _, _, block = html.partition("<h2><bdi>tina</bdi>")
    block, _, _ = block.partition("What happened")
    assert "Correction 1 of response 2" in block
    assert SHOWN in block
    assert "v-failed" in block
    assert not any(model in html for model in samples.MODELS)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(sit: Seats, review: ReviewStore, axe: str, scheme: str) -> None:
    seat = sit("mia", Role.MANAGER, scheme=scheme)
    assignment_id, item_id = hand_in(review, seat.site.person_id("mia"))
    for path in (f"/work/{assignment_id}", f"/manage/spans/items/{item_id}"):
        page = seat.go(path)
        assert violations(page, axe) == []
