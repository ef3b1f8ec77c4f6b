"""axe-core finds nothing on any page, light and dark, at two widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from harness.models.review import Role
from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Seats, saved
from tests.review.run_samples import make_run_project

pytestmark = pytest.mark.browser
CHECK = """axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
  'best-practice']}).then((found) => found.violations.map((one) => one.id + ': ' +
  one.nodes.slice(0, 3).map((node) => node.target + ' ' + node.failureSummary).join(' | ')))"""


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate(CHECK)
    return list(found)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1280, "dark"), (720, "light")])
def test_the_desk(sit: Seats, axe: str, width: int, scheme: str) -> None:
    page = sit(width=width, scheme=scheme).start()
    assert violations(page, axe) == []
    page.locator("#main").focus()
    page.keyboard.press("2")
    saved(page)
    page.keyboard.press("f")
    expect(page.locator(".flagnote")).to_have_count(2)
    page.keyboard.press("m")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems-box")).to_be_visible()
    assert violations(page, axe) == []
    page.locator("#main").focus()
    page.keyboard.press("d")
    expect(page.locator("#diff-body table")).to_be_visible()
    assert violations(page, axe) == []
    page.keyboard.press("?")
    assert violations(page, axe) == []
    page.keyboard.press("?")
    page.keyboard.press("x")
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_other_page(sit: Seats, review: ReviewStore, axe: str, scheme: str) -> None:
    seat = sit("mia", Role.MANAGER, scheme=scheme)
    seat.start()
    one = review.assignment(seat.assignment_id)
    person = review.add_person("Otto", "otto", Role.EXPERT)
    review.invite(Role.TRAINER, name="Nina")
    review.create_token(seat.site.person_id("mia"), "script")
    assert person.active
    paths = (
        "/",
        "/projects/spans",
        "/history",
        f"/work/{one.assignment_id}",
        "/settings",
        "/api",
        "/manage",
        "/manage/spans",
        "/manage/spans/agreement",
        f"/manage/spans/items/{one.item_id}",
        "/manage/people",
        "/nothing",
        "/sign-in",
    )
    for path in paths:
        assert violations(seat.go(path), axe) == [], path


@pytest.mark.engine
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1280, "dark")])
def test_runs_under_a_response(
    sit: Seats, store: Store, review: ReviewStore, axe: str, width: int, scheme: str
) -> None:
    make_run_project(store, review, "python")
    page = sit(width=width, scheme=scheme).start("runs")
    for letter, key in (("A", "r"), ("B", "e")):
        page.locator("#main").focus()
        page.keyboard.press(letter.lower())
        page.keyboard.press(key)
        field = page.locator(f'[data-runs="{letter}"]').locator("textarea, .cm-content")
        expect(field).to_be_focused()
        page.keyboard.press("Control+Enter")
        expect(page.locator(f'[data-runs="{letter}"] .run')).to_be_visible(timeout=60_000)
        assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_items_of_other_kinds(
    sit: Seats, store: Store, review: ReviewStore, axe: str, scheme: str
) -> None:
    samples.make_project(review, "kinds", merges=0)
    page = sit(scheme=scheme).start("kinds")
    assert violations(page, axe) == []  # rows of a query
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.locator('[data-tab="page"]').first.click()
    page.get_by_role("button", name="Run the page here").first.click()
    expect(page.locator(".live iframe").first).to_be_visible()
    assert violations(page, axe) == []
    for count in (1, 4):
        samples.make_wide_project(store, review, count, f"wide-{count}")
        assert violations(sit(f"t{count}", scheme=scheme).start(f"wide-{count}"), axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_those_who_are_not_in(
    sit: Seats, review: ReviewStore, axe: str, scheme: str
) -> None:
    _, token = review.invite(Role.TRAINER)
    seat = sit(scheme=scheme)
    seat.context.clear_cookies()
    for path in (f"/welcome/{token}", "/welcome/none", "/sign-in", "/nothing"):
        assert violations(seat.go(path), axe) == [], path
