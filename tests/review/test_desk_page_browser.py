"""The desk's page in a real browser: marks by mouse, room for everything, panes, clock, editor."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Seats, saved

pytestmark = pytest.mark.browser


def test_marks_with_the_mouse(sit: Seats) -> None:
    page = sit().start()
    lines = page.locator('.code[data-code="A"] .l')
    start, end = lines.nth(1).bounding_box(), lines.nth(3).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 8)
    page.mouse.up()
    expect(page.locator(".markform")).to_contain_text("A:2–4")
    page.keyboard.press("Enter")
    expect(page.locator("#marks li")).to_have_count(1)
    page.get_by_label("Remove the mark").click()
    expect(page.locator("#marks li")).to_have_count(0)


def test_a_long_note_makes_the_form_no_wider(sit: Seats) -> None:
    page = sit().start()
    page.keyboard.press("a")
    page.keyboard.press("m")
    page.locator(".markform textarea").fill("a note that goes on and on " * 8)
    page.keyboard.press("Enter")
    expect(page.locator("#marks li")).to_have_count(1)
    form = page.locator(".judge .body")
    assert form.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_the_judge_panel_and_the_page_never_scroll_away(sit: Seats) -> None:
    page = sit().start()
    for width in (1440, 1280, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        box = page.locator("#submit").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_zoomed_to_200_percent_nothing_is_out_of_reach_sideways(sit: Seats) -> None:
    page = sit(width=720, height=450).start()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.keyboard.press("w")
    expect(page.locator("#why")).to_be_focused()
    expect(page.locator("#why")).to_be_in_viewport()


def test_a_page_that_a_response_wrote_runs_apart(sit: Seats, review: ReviewStore) -> None:
    samples.make_project(review, "pages", merges=0)
    seat = sit()
    page = seat.start("pages")
    page.keyboard.press("s")
    page.locator("#leave-go").click()
    expect(page.locator("[data-live]").first).to_be_attached()
    page.locator('[data-tab="page"]').first.click()
    before = page.title()
    page.get_by_role("button", name="Run the page here").first.click()
    frame = page.frame_locator(".live iframe").first
    frame.get_by_role("button", name="Add one").click()
    expect(frame.locator("#n")).to_have_text("1")
    assert page.title() == before
    live = next(one for one in page.frames if "/live/" in one.url)
    assert live.evaluate("self.origin") == "null"


def test_the_clock_stops_when_asked_to(sit: Seats) -> None:
    page = sit().start()
    with page.expect_request(lambda request: "paused" in (request.post_data or "")) as beat:
        page.keyboard.press("p")
    assert beat.value.url.endswith("/heartbeat")
    expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("count", [1, 3, 4])
def test_one_three_and_four_responses(
    sit: Seats, store: Store, review: ReviewStore, count: int
) -> None:
    samples.make_wide_project(store, review, count)
    page = sit().start("wide")
    expect(page.locator(".response")).to_have_count(count)
    if count == 1:
        expect(page.locator("[name=preference]")).to_have_count(0)
        return
    for number, letter in enumerate("ABCD"[:count], 1):
        page.locator(f'[name="place-{letter}"][value="{number}"]').check()
    saved(page)
    seat = page.url.rsplit("/", 1)[-1]
    draft = review.draft(seat, review.assignment(seat).person_id)
    assert draft.content["answer"]["ranking"] == [[letter] for letter in "ABCD"[:count]]
    expect(page.locator(".response:visible")).to_have_count(1 if count == 4 else count)


def test_the_code_editor_works_under_the_strict_policy(sit: Seats) -> None:
    page = sit().start()
    page.evaluate(
        """async () => {
          const place = document.createElement("div");
          place.id = "editor";
          document.querySelector("#pane-prompt").prepend(place);
          const base = document.querySelector("script[type=module]").src;
          const { makeEditor } = await import(new URL("editor.js", base));
          globalThis.editor = makeEditor(place, { text: "x = 1", language: "python" });
          globalThis.editor.focus();
        }"""
    )
    page.keyboard.press("Control+End")
    page.keyboard.type(" + 2")
    assert page.evaluate("editor.text") == "x = 1 + 2"
    # Highlighted and styled: the sheets were adopted, not refused.
    number = page.locator("#editor .cm-line span", has_text="1").first
    expect(number).to_have_css("color", "rgb(11, 94, 148)")
    # The keyboard is not caught: Escape, then Tab leaves.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "editor"
