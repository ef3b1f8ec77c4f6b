"""The desk in a real browser: what a trainer enters by keyboard is what the store holds."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Page, Route, expect

from harness.models.review import AssignmentState, FlagPolicy, JudgmentKind
from harness.review.access import Access, Server
from harness.review.options import ReviewOptions
from harness.review.pages.desk import work_of
from harness.review.pages.projects import UNDO_S
from harness.review.pages.work import work_page
from harness.review.passwords import Throttle
from harness.review.preferences import Preferences
from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Seats, saved

pytestmark = pytest.mark.browser
WHY = "B forgets that spans may touch: [1, 3] and [3, 5] stay apart."


def rest(page: Page) -> None:
    """The focus on no field and no scale, where plain keys act."""
    page.locator("#main").focus()


def rate(page: Page, axis: str, left: int, right: int) -> None:
    page.locator(f'[data-axis="{axis}"] input').first.focus()
    page.keyboard.press(str(left))
    page.keyboard.press(str(right))


def judge(page: Page, preference: str = "2", why: str = WHY) -> None:
    """Everything the rubric asks for, with the keyboard only."""
    keys = page.keyboard
    for axis, key in (("correctness", "c"), ("instructions", "i"), ("overall", "o")):
        rest(page)
        keys.press(key)
        expect(page.locator(f'[data-axis="{axis}"] input:focus')).to_have_count(1)
        keys.press("4")
        keys.press("0")
    rate(page, "readability", 3, 2)
    page.locator('[name="ok-A"]').first.focus()
    keys.press("1")
    keys.press("0")
    rest(page)
    keys.press(preference)
    page.locator('[name=reason][value="edge-case"]').focus()
    keys.press("Space")
    rest(page)
    keys.press("w")
    keys.type(why)


def test_claim_judge_autosave_submit_next(sit: Seats, review: ReviewStore) -> None:
    seat = sit()
    page = seat.start()
    first = seat.assignment_id
    page.keyboard.press("b")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")  # the second severity
    page.locator(".markform textarea").fill("look here")
    page.keyboard.press("Enter")
    judge(page)
    saved(page)
    expect(page.locator("#left")).to_have_text("ready")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(first))
    expect(page.locator("#left")).not_to_have_text("ready")

    one = review.assignment(first)
    assert one.state is AssignmentState.SUBMITTED
    (made,) = review.judgments(first)
    left, right = (str(place) for place in one.order)
    said = made.answer
    assert said.ratings[left]["correctness"] == 4
    assert said.ratings[right] == {
        "correctness": 0,
        "instructions": 0,
        "overall": 0,
        "readability": 2,
    }
    assert said.acceptable == {left: True, right: False}
    # "A is better" on the screen; in item order that depends on who stood at the left.
    assert said.preference == (-2 if one.order == (1, 2) else 2)
    assert said.reasons == ("edge-case",)
    assert said.justification == WHY
    (mark,) = said.marks
    assert (mark.response, mark.first_line, mark.last_line) == (right, 4, 5)
    assert (mark.severity, mark.note) == ("risky", "look here")


def test_what_was_typed_survives_a_crashed_tab(sit: Seats, review: ReviewStore) -> None:
    seat = sit()
    # A page that crashes is not told so: nothing of it may run at the end.
    seat.page.add_init_script("addEventListener('pagehide', (e) => e.stopImmediatePropagation())")
    page = seat.start()
    # The server goes silent, so only the browser's own copy can hold what is typed now.
    page.route("**/draft", lambda route: route.abort())
    page.keyboard.press("w")
    page.keyboard.type("typed while nothing could be saved")
    expect(page.locator("#save")).to_have_text("kept here, not saved")
    url = page.url
    page.close()

    again = seat.context.new_page()
    again.goto(url)
    expect(again.locator("#why")).to_have_value("typed while nothing could be saved")
    expect(again.locator("#banner")).to_contain_text("Restored")
    saved(again)
    draft = review.draft(url.rsplit("/", 1)[-1], seat.site.person_id("tina"))
    assert draft.content["answer"]["justification"] == "typed while nothing could be saved"


def test_half_an_emoji_does_not_keep_the_rest_from_being_saved(
    sit: Seats, review: ReviewStore
) -> None:
    seat = sit()
    page = seat.start()
    page.evaluate("""() => {
        const why = document.getElementById("why");
        why.value = "cut \\ud83d here, whole \\ud83d\\ude00";
        why.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }""")
    saved(page)
    draft = review.draft(seat.assignment_id, seat.site.person_id("tina"))
    assert draft.content["answer"]["justification"] == "cut \ufffd here, whole 😀"


def test_a_server_that_is_away_for_a_while_loses_nothing(sit: Seats) -> None:
    seat = sit()
    page = seat.start()
    page.route("**/draft", lambda route: route.abort())
    page.keyboard.press("2")
    expect(page.locator("#save")).to_have_attribute("data-state", "failed")
    page.unroute("**/draft")
    saved(page)
    page.reload()
    expect(page.locator('[name=preference][value="-2"]')).to_be_checked()


def test_a_save_whose_answer_was_lost_is_no_other_window(sit: Seats, review: ReviewStore) -> None:
    seat = sit()
    page = seat.start()

    def answer_lost(route: Route) -> None:
        route.fetch()  # the server stores it and is killed before it can say so
        route.abort()

    page.route("**/draft", answer_lost, times=1)
    page.keyboard.press("2")
    expect(page.locator("#save")).to_have_attribute("data-state", "failed")
    page.keyboard.press("w")
    page.keyboard.type("typed meanwhile")
    saved(page)
    expect(page.locator("#banner")).to_be_hidden()
    draft = review.draft(seat.assignment_id, seat.site.person_id("tina"))
    assert draft.content["answer"]["justification"] == "typed meanwhile"
    assert draft.version >= 2


def test_escape_leaves_the_scales_so_that_digits_prefer_again(sit: Seats) -> None:
    page = sit().start()
    page.keyboard.press("c")
    page.keyboard.press("4")
    page.keyboard.press("Escape")
    page.keyboard.press("7")
    expect(page.locator('[data-axis="correctness"] [value="4"]').first).to_be_checked()
    expect(page.locator('[name=preference][value="3"]')).to_be_checked()


def test_two_tabs_ask_which_version_to_keep(sit: Seats) -> None:
    seat = sit()
    page = seat.start()
    other = seat.context.new_page()
    # Without the browser's own messages between tabs, as on two machines.
    other.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw 0; }})")
    other.goto(page.url)
    other.keyboard.press("1")
    saved(other)
    page.keyboard.press("7")
    banner = page.locator("#banner")
    expect(banner).to_contain_text("changed somewhere else")
    banner.get_by_role("button", name="The other one").click()
    expect(page.locator('[name=preference][value="-3"]')).to_be_checked()
    saved(page)
    # And the choice can be taken back like any edit.
    rest(page)
    page.keyboard.press("u")
    expect(page.locator('[name=preference][value="3"]')).to_be_checked()


def test_flags_appear_only_after_the_first_judgment_is_saved(
    sit: Seats, review: ReviewStore
) -> None:
    seat = sit()
    page = seat.start()
    assert "first-of-maybe-empty" not in page.content()
    expect(page.locator("#reveal")).to_be_disabled()
    page.keyboard.press("f")  # nothing to keep yet: it does nothing
    page.keyboard.press("6")
    saved(page)
    rest(page)
    page.keyboard.press("f")
    expect(page.locator(".flagnote")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.keyboard.press("j")
    page.keyboard.press("n")
    saved(page)
    (first,) = review.judgments(seat.assignment_id)
    assert first.kind is JudgmentKind.FIRST_PREFERENCE
    assert not first.flags_seen
    assert abs(first.answer.preference or 0) == 2
    answer = review.draft(seat.assignment_id, seat.site.person_id("tina")).content["answer"]
    assert [(one["rule"], one["verdict"]) for one in answer["flags"]] == [
        ("first-of-maybe-empty", "accept"),
        ("strict-bound", "reject"),
    ]
    page.reload()
    expect(page.locator(".flagnote")).to_have_count(2)


def test_a_project_that_never_shows_flags_has_none_in_the_page(
    sit: Seats, review: ReviewStore
) -> None:
    samples.make_project(review, "never", policy=FlagPolicy.NEVER)
    page = sit().start("never")
    assert "strict-bound" not in page.content()
    expect(page.locator("#flagbox")).to_have_count(0)


def test_nothing_the_browser_gets_names_a_model_before_submission(sit: Seats) -> None:
    seat = sit()
    bodies: list[str] = []
    seat.page.on(
        "response",
        lambda r: bodies.append(r.url) if r.status >= 300 else bodies.append(r.url + r.text()),
    )
    page = seat.start()
    page.keyboard.press("d")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("2")
    saved(page)
    rest(page)
    page.keyboard.press("f")
    expect(page.locator(".flagnote")).to_have_count(2)
    text = "\n".join([*bodies, page.content(), json.dumps(page.evaluate("({...localStorage})"))])
    assert len(bodies) > 8
    for secret in (*samples.MODELS, "secret-model", samples.RUN, ".jsonl"):
        assert secret not in text


def test_a_judgment_can_be_taken_back_and_names_wait_until_it_cannot(
    sit: Seats, store: Store, review: ReviewStore, options: ReviewOptions
) -> None:
    seat = sit()
    page = seat.start()
    first = seat.assignment_id
    judge(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(first))
    seat.go(f"/work/{first}")
    expect(page.locator("main")).not_to_contain_text("secret-model")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_url(f"**/desk/{first}")
    expect(page.locator("#why")).to_have_value(WHY)
    rest(page)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(first))
    kinds = [one.kind for one in review.judgments(first)]
    assert kinds == [JudgmentKind.SUBMITTED, JudgmentKind.WITHDRAWN, JudgmentKind.AMENDED]

    person = review.person(seat.site.person_id("tina"))
    access = Access(Server(review, options, Throttle(), Throttle()), person, Preferences())
    later = work_page(access, work_of(access, first), time.time() + UNDO_S + 1)
    assert later.reopen == ""
    order = review.assignment(first).order
    assert [name for _, name in later.names] == [samples.MODELS[place - 1] for place in order]


def test_an_incomplete_judgment_says_what_is_missing_where(sit: Seats) -> None:
    page = sit().start()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems-box")).to_be_visible()
    expect(page.locator('[data-axis="correctness"]')).to_have_attribute("data-problem", "")
    page.locator("#problems button").first.click()
    expect(page.locator('[data-axis="correctness"] input:focus')).to_have_count(1)


def test_skip_comes_back_with_the_draft_and_expert_does_not(
    sit: Seats, review: ReviewStore
) -> None:
    seat = sit()
    page = seat.start()
    first = seat.assignment_id
    page.keyboard.press("3")
    saved(page)
    rest(page)
    page.keyboard.press("s")
    page.get_by_label("The task is unclear").check()
    page.locator("#leave-go").click()
    page.wait_for_url(lambda url: not url.endswith(first))
    assert review.assignment(first).state is AssignmentState.SKIPPED
    assert review.assignment(first).reason == "unclear"
    second = seat.assignment_id
    page.keyboard.press("x")
    page.keyboard.type("numbers overflow?")
    page.locator("#leave-go").click()
    page.wait_for_url(lambda url: not url.endswith(second))
    assert review.assignment(second).state is AssignmentState.ESCALATED
    seat.go(f"/desk/{first}")
    expect(page.locator('[name=preference][value="-1"]')).to_be_checked()


def test_plain_keys_do_nothing_while_typing_and_escape_gives_them_back(sit: Seats) -> None:
    page = sit().start()
    page.keyboard.press("w")
    page.keyboard.type("1 t d s ? [ tab")
    expect(page.locator("#why")).to_have_value("1 t d s ? [ tab")
    expect(page.locator("[name=preference]:checked")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator('[name=preference][value="0"]')).to_be_checked()
    page.keyboard.press("Shift+T")
    expect(page.locator("[name=both_bad]")).to_be_checked()
    page.keyboard.press("u")
    expect(page.locator('[name=preference][value="0"]')).to_be_checked()


def test_keys_can_be_bound_anew_and_impossible_ones_are_refused(sit: Seats) -> None:
    seat = sit()
    page = seat.go("/settings")
    field = page.locator("[name=key-diff]")
    field.focus()
    page.keyboard.press("z")
    page.get_by_role("button", name="Save keys").click()
    expect(page.locator(".done")).to_be_visible()
    page.locator("[name=key-skip]").focus()
    page.keyboard.press("z")
    page.get_by_role("button", name="Save keys").click()
    expect(page.locator(".error")).to_be_visible()
    page = seat.start()
    page.keyboard.press("d")
    expect(page.locator("#diffs")).to_be_hidden()
    page.keyboard.press("z")
    expect(page.locator("#diffs")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#sheet p", has_text="Diff").locator("kbd")).to_have_text("z")


def test_a_submission_can_be_undone_at_once(sit: Seats, review: ReviewStore) -> None:
    seat = sit()
    page = seat.start()
    first = seat.assignment_id
    judge(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(first))
    page.locator("#banner").get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/desk/{first}")
    expect(page.locator("#why")).to_have_value(WHY)
    assert review.assignment(first).state is AssignmentState.CLAIMED


def test_the_last_item_leads_back_to_the_project(sit: Seats, review: ReviewStore) -> None:
    samples.make_project(review, "two", merges=0)
    page = sit().start("two")
    for _ in range(2):
        before = page.url
        page.keyboard.press("x")
        page.keyboard.type("please look")
        page.locator("#leave-go").click()
        expect(page).not_to_have_url(before)
    expect(page.locator(".done")).to_contain_text("Nothing is left")


def test_twenty_items_with_the_keyboard_only(sit: Seats, review: ReviewStore) -> None:
    samples.make_project(review, "twenty", merges=20)
    seat = sit()
    page = seat.start("twenty")
    entered: dict[str, tuple[int, str]] = {}
    for number in range(20):
        this = page.url.rsplit("/", 1)[-1]
        preference = number % 7 + 1
        why = f"{WHY} Item {number}."
        judge(page, str(preference), why)
        page.keyboard.press("Control+Enter")
        expect(page).not_to_have_url(f"{seat.site.address}/desk/{this}")
        expect(page.locator("#left")).not_to_be_empty()
        entered[this] = (preference - 4, why)
    for assignment_id, (preference, why) in entered.items():
        one = review.assignment(assignment_id)
        (made,) = review.judgments(assignment_id)
        assert made.answer.preference == (preference if one.order == (1, 2) else -preference)
        assert made.answer.justification == why
    # Each response stood at the left about half the time.
    firsts = [review.assignment(one).order[0] for one in entered]
    assert 8 <= firsts.count(1) <= 12
