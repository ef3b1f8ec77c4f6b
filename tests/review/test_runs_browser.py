"""Runs on request in a real browser: keys, progress, editor, hand-in, leaving and coming back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from harness.store import ReviewStore, Store
from tests.review import samples
from tests.review.conftest import Seat, Seats
from tests.review.run_samples import make_run_project

pytestmark = [pytest.mark.engine, pytest.mark.browser]
SLOW_MS = 90_000
BETTER = """def merge_slots(slots):
    out = []
    for start, end in sorted(slot for slot in slots if slot[0] < slot[1]):
        if out and start <= out[-1][1]:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return out
"""
SLOW = """import time
def merge_slots(slots):
    time.sleep(10)
    return slots
"""
ATTACK = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script></pre>"
HOSTILE = f"""def merge_slots(slots):
    print({ATTACK!r})
    raise ValueError({ATTACK!r})
"""


def start(sit: Seats, store: Store, review: ReviewStore, *languages: str) -> tuple[Seat, Page]:
    make_run_project(store, review, *languages)
    seat = sit()
    page = seat.start("runs")
    page.set_default_timeout(SLOW_MS)
    return seat, page


def panel(page: Page, letter: str) -> str:
    return f'[data-runs="{letter}"]'


def wrong_letter(page: Page, part: str) -> str:
    return "A" if part in page.locator('.code[data-code="A"]').inner_text() else "B"


def write(page: Page, letter: str, code: str) -> None:
    """Replace what the editor holds by keyboard alone."""
    page.locator(f"{panel(page, letter)} .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(code)


def test_own_input_by_keyboard_beside_the_reference(
    sit: Seats, store: Store, review: ReviewStore
) -> None:
    _, page = start(sit, store, review, "python")
    wrong = wrong_letter(page, "[-1][1] = end")
    page.keyboard.press(wrong.lower())
    page.keyboard.press("r")
    field = page.locator(f"{panel(page, wrong)} textarea")
    expect(field).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("[[1, 10], [2, 3]]")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems-box")).to_be_hidden()  # the judgment was not submitted
    row = page.locator(f"{panel(page, wrong)} .values tbody tr")
    expect(row).to_have_count(3, timeout=SLOW_MS)
    reference = row.filter(has=page.locator(".who", has_text="Reference"))
    expect(reference).to_contain_text("[[1, 10]]")
    mine = row.filter(has=page.locator(".who", has_text=wrong))
    expect(mine).to_contain_text("[[1, 3]]")
    expect(mine).to_contain_text("≠ reference")
    assert not any(secret in page.content() for secret in samples.MODELS)


def test_edit_run_hand_in_leave_and_come_back(
    sit: Seats, store: Store, review: ReviewStore
) -> None:
    seat, page = start(sit, store, review, "python")
    wrong = wrong_letter(page, "[-1][1] = end")
    page.keyboard.press(wrong.lower())
    page.keyboard.press("e")
    expect(page.locator(f"{panel(page, wrong)} .cm-content")).to_be_focused()
    hand_in = page.locator(panel(page, wrong)).get_by_role("button", name="Hand in")
    expect(hand_in).to_be_disabled()
    write(page, wrong, BETTER)
    page.keyboard.press("Control+Enter")
    badge = page.locator(f"{panel(page, wrong)} .run .badge")
    expect(badge).to_contain_text("passed", timeout=SLOW_MS)
    expect(page.locator(f"{panel(page, wrong)} .run")).to_contain_text("as it was: failed")
    expect(hand_in).to_be_enabled()
    page.keyboard.type("#")  # not what was run any more
    expect(hand_in).to_be_disabled()
    page.keyboard.press("Backspace")
    hand_in.click()
    expect(page.locator(f"{panel(page, wrong)} .handed")).to_contain_text("handed in")
    item = review.assignment(seat.assignment_id).item_id
    assert [one.code for one in review.corrections(item)] == [BETTER]
    page.reload()
    expect(badge).to_contain_text("passed")
    expect(page.locator(f"{panel(page, wrong)} .handed")).to_be_visible()
    page.keyboard.press(wrong.lower())
    page.keyboard.press("e")
    expect(page.locator(f"{panel(page, wrong)} .cm-content")).to_contain_text("out.append")


def test_a_run_goes_on_while_one_is_away_and_can_be_cancelled(
    sit: Seats, store: Store, review: ReviewStore
) -> None:
    _, page = start(sit, store, review, "python")
    page.keyboard.press("a")
    page.keyboard.press("e")
    write(page, "A", SLOW)
    page.keyboard.press("Control+Enter")
    progress = page.locator(f"{panel(page, 'A')} .progress")
    expect(progress).to_contain_text("running A", timeout=SLOW_MS)
    page.goto("about:blank")
    page.go_back()
    expect(progress).to_contain_text("running A", timeout=SLOW_MS)
    progress.get_by_role("button", name="Cancel").click()
    expect(page.locator(panel(page, "A"))).to_contain_text("Cancelled.", timeout=SLOW_MS)
    expect(progress).to_have_count(0)


@pytest.mark.parametrize("language", ["javascript", "cpp", "csharp", "sql", "html"])
def test_every_other_language_by_edit(
    sit: Seats, store: Store, review: ReviewStore, language: str
) -> None:
    _, page = start(sit, store, review, language)
    page.keyboard.press("a")
    page.keyboard.press("e")
    expect(page.locator(f"{panel(page, 'A')} .cm-content")).to_be_focused()
    page.keyboard.press("Control+Enter")
    badge = page.locator(f"{panel(page, 'A')} .run .badge")
    shown = page.locator("#response-A .head .badge .word").inner_text().strip()
    expect(badge).to_contain_text(shown, timeout=SLOW_MS)  # the verdict it was stored with


def test_hostile_output_of_a_run_is_text(sit: Seats, store: Store, review: ReviewStore) -> None:
    _, page = start(sit, store, review, "python")
    page.keyboard.press("a")
    page.keyboard.press("e")
    write(page, "A", HOSTILE)
    page.keyboard.press("Control+Enter")
    run = page.locator(f"{panel(page, 'A')} .run")
    expect(run).to_contain_text("onerror", timeout=SLOW_MS)
    assert page.evaluate("window.pwned") is None
    assert run.locator("img, script").count() == 0
