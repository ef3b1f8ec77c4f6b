"""Tab goes through every page and out of it again, seen at every stop, and forgets nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from harness.models.review import Role
from harness.store import ReviewStore
from tests.review import samples
from tests.review.conftest import Seats

pytestmark = pytest.mark.browser
MOST_STOPS = 400

# Where the focus is: null outside of the page, else a name, and what is wrong there.
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect();
  const seen = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  let shown = e.matches("iframe");  // what has the focus within it is the framed page's to show
  for (let node = e, up = 0; node && up < 4; node = node.parentElement, up += 1) {
    const style = getComputedStyle(node);
    shown ||= style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    shown ||= e.matches(".grip") && style.backgroundImage !== "none";
  }
  (globalThis.reached ||= new Set()).add(e);
  return [e.outerHTML.slice(0, 150), seen ? "" : "out of sight", shown ? "" : "focus not shown"];
}"""
# What can be used but was not reached. Of radio buttons of one name Tab reaches one.
LEFT = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, iframe")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled)
  .filter((e) => e.tabIndex >= 0 && !reached.has(e))
  .filter((e) => e.type !== "radio"
    || ![...document.getElementsByName(e.name)].some((one) => reached.has(one)))
  .map((e) => e.outerHTML.slice(0, 150))"""


def stop(page: Page, key: str) -> str | None:
    """Press it; the name of where the focus is now, None outside of the page."""
    page.keyboard.press(key)
    found = page.evaluate(STOP)
    if found is None:
        return None
    name, *wrong = found
    assert not any(wrong), f"{name}: {', '.join(filter(None, wrong))}"
    return str(name)


def out(page: Page) -> list[str]:
    """Tab until the focus is outside of the page; the stops on the way."""
    stops: list[str] = []
    while name := stop(page, "Tab"):
        stops.append(name)
        assert len(stops) < MOST_STOPS, f"Tab does not leave the page: {stops[-3:]}"
    return stops


def through(page: Page) -> None:
    """From outside of the page to every stop and out again, and back the same way."""
    out(page)  # wherever a page has put the focus by itself
    stops = out(page)
    assert stops
    assert page.evaluate(LEFT) == []
    assert [stop(page, "Shift+Tab") for _ in stops] == stops[::-1]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1280, "dark"), (720, "dark")])
def test_the_desk(sit: Seats, width: int, scheme: str) -> None:
    page = sit(width=width, scheme=scheme).start()
    through(page)
    page.keyboard.press("d")
    expect(page.locator("#diff-body table")).to_be_visible()
    through(page)


def test_every_other_page(sit: Seats, review: ReviewStore) -> None:
    seat = sit("mia", Role.MANAGER)
    seat.start()
    one = review.assignment(seat.assignment_id)
    review.invite(Role.TRAINER, name="Nina")
    review.create_token(seat.site.person_id("mia"), "script")
    for path in (
        "/", "/projects/spans", "/history", f"/work/{one.assignment_id}", "/settings", "/manage",
        "/manage/spans", f"/manage/spans/items/{one.item_id}", "/manage/people", "/nothing",
        "/sign-in",
    ):  # fmt: skip
        through(seat.go(path))


def test_a_page_that_a_response_wrote_does_not_keep_the_focus(
    sit: Seats, review: ReviewStore
) -> None:
    samples.make_project(review, "pages", merges=0)
    page = sit().start("pages")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.locator('[data-tab="page"]').first.click()
    page.get_by_role("button", name="Run the page here").first.click()
    expect(page.frame_locator(".live iframe").first.locator("#n")).to_have_text("0")
    through(page)


@pytest.mark.parametrize(("key", "dialog"), [("?", "#sheet"), ("s", "#leave"), ("x", "#leave")])
def test_a_dialog_gives_the_focus_back(sit: Seats, key: str, dialog: str) -> None:
    page = sit().start()
    page.keyboard.press("b")
    before = page.evaluate("document.activeElement.outerHTML")
    page.keyboard.press(key)
    expect(page.locator(dialog)).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
        inside = (
            f"!document.activeElement.closest('main') && document.querySelector('{dialog}').open"
        )
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator(dialog)).to_be_hidden()
    assert page.evaluate("document.activeElement.outerHTML") == before
