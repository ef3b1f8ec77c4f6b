"""The page of a project's agreement: the figures of the command, and nothing to nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from harness.models import Answer
from harness.models.review import Role
from harness.quality.agreement import agreement
from harness.reporting.agreement import figure, interval
from harness.reporting.text import percent
from harness.review.pages.agreement import RESAMPLES
from harness.store import ReviewStore
from tests.review.conftest import Seats
from tests.review.samples import make_project
from tests.review.test_accessible_browser import violations

HOSTILE = '<script>alert(1)</script> & "quoted"'


@pytest.fixture
def twice(review: ReviewStore) -> ReviewStore:
    """With a project whose items are judged twice."""
    make_project(review, "twice", overlap=2)
    return review


def judge(review: ReviewStore, name: str, preferences: list[int]) -> None:
    person_id = review.add_person(name, name, Role.TRAINER).person_id
    for preference in preferences:
        mine = review.claim_next("twice", person_id)
        assert mine is not None
        said = Answer.model_validate(
            {
                "preference": preference, "acceptable": {"1": preference < 0, "2": preference > 0},
                "ratings": {"1": {"correctness": 2 - min(preference, 1)}},
            }
        )  # fmt: skip
        review.submit(mine.assignment_id, person_id, said, f"k{mine.assignment_id}")


def signed_in(client: TestClient, review: ReviewStore, role: Role) -> None:
    person = review.add_person("Mia", f"mia-{role}", role)
    client.cookies.set("review_session", review.start_session(person.person_id))


def test_managers_see_what_the_command_says(client: TestClient, twice: ReviewStore) -> None:
    judge(twice, HOSTILE, [-2, 1, 0, 3])
    judge(twice, "bob", [-2, -1, 0, 2])
    signed_in(client, twice, Role.MANAGER)
    shown = client.get("/manage/twice/agreement")
    assert shown.status_code == 200
    report = agreement(twice.judged("twice"), resamples=RESAMPLES)
    subjects = report.groups[0].subjects
    assert subjects
    for one in subjects:
        assert f'<td class="n">{figure(one.alpha)}</td>' in shown.text
        assert interval(one.alpha) in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text
    assert "<script>alert" not in shown.text
    assert "/manage/twice/agreement" in client.get("/manage/twice").text


def test_the_ranking_is_drawn_as_well_as_listed(client: TestClient, twice: ReviewStore) -> None:
    judge(twice, "ann", [-2, -1, 3, -2])
    signed_in(client, twice, Role.MANAGER)
    shown = client.get("/manage/twice/agreement").text
    rankings = agreement(twice.judged("twice"), resamples=RESAMPLES).rankings
    assert rankings
    for one in (model for ranking in rankings for model in ranking.models):
        assert f"{one.model}: beats another model with {percent(one.score)}" in shown
    assert shown.count('class="chart"') == len(rankings)


def test_an_empty_page_says_why(client: TestClient, twice: ReviewStore) -> None:
    signed_in(client, twice, Role.MANAGER)
    assert "Nobody has submitted a judgment yet" in client.get("/manage/twice/agreement").text
    assert client.get("/manage/nothing/agreement").status_code == 404


@pytest.mark.parametrize("role", [Role.TRAINER, Role.REVIEWER, Role.EXPERT])
def test_nobody_else_sees_it(client: TestClient, twice: ReviewStore, role: Role) -> None:
    """Models are named there, and others' judgments."""
    signed_in(client, twice, role)
    assert client.get("/manage/twice/agreement").status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everyone(sit: Seats, twice: ReviewStore, axe: str, scheme: str) -> None:
    judge(twice, "ann", [-2, 1, 0, 3])
    judge(twice, HOSTILE, [-2, -1, 0, 2])
    page = sit("mia", Role.MANAGER, scheme=scheme).go("/manage/twice/agreement")
    expect(page.get_by_role("heading", name="What else decides")).to_be_visible()
    expect(page.locator(".chart .bar").first).to_be_visible()
    assert violations(page, axe) == []
