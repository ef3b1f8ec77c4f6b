"""The list of one's own judgments names the task and its language, and no model."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from harness.store import ReviewStore
from tests.review import samples
from tests.review.conftest import Seats
from tests.review.test_accessible_browser import violations
from tests.review.test_security import enter


def escalate_all(review: ReviewStore, me: str) -> None:
    """Hand every item of a project to an expert."""
    samples.make_project(review, "mixed", merges=1)
    while (one := review.claim_next("mixed", me)) is not None:
        review.escalate(one.assignment_id, me, "next")


def test_tasks_are_told_apart(client: TestClient, review: ReviewStore) -> None:
    escalate_all(review, enter(client, review))
    html = client.get("/history").text
    assert '<th scope="col">Task</th>' in html
    for title, language in (
        ("Merge spans 1", "Python"), ("Best sellers", "SQL"), ("Counter", "HTML"),
    ):  # fmt: skip
        assert f'<bdi>{title}</bdi> <span class="quiet">{language}</span>' in html
    assert not any(model in html for model in samples.MODELS)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_accessible(sit: Seats, review: ReviewStore, axe: str, scheme: str) -> None:
    seat = sit(scheme=scheme)
    escalate_all(review, seat.site.person_id("tina"))
    page = seat.go("/history")
    assert violations(page, axe) == []
