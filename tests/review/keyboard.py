"""A trainer at a keyboard: the mouse is never used, and no script sets the focus."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from harness.models import LineMark

SLOW_MS = 60_000
AXES = (
    "correctness", "instructions", "robustness", "efficiency", "readability", "security",
    "explanation", "overall",
)  # fmt: skip
REASONS = ("wrong-result", "edge-case", "crash", "requirement")
SEVERITIES = ("breaks", "risky", "minor", "good")


@dataclass
class Entered:
    """What was typed for one item, under the letters of the screen."""

    ratings: dict[str, dict[str, int]]
    acceptable: dict[str, bool]
    preference: int
    reason: str
    why: str
    marks: list[LineMark] = field(default_factory=list)


def planned(number: int) -> Entered:
    """What to enter for the ``number``th item; every field takes all of its values in turn."""
    return Entered(
        ratings={
            letter: {axis: (number + shift + at) % 5 for at, axis in enumerate(AXES)}
            for letter, shift in (("A", 0), ("B", 3))
        },
        acceptable={"A": number % 2 == 0, "B": number % 3 == 0},
        preference=number % 7 - 3,
        reason=REASONS[number % len(REASONS)],
        why=f"Item {number}: the other one is wrong for an empty list, and ‘ünïcode’ <b>stays</b>.",
    )


class Trainer:
    """Somebody at a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = page.keyboard

    def tab_to(self, condition: str, key: str = "Tab") -> None:
        """Press Tab until the focus is where ``condition``, over ``e``, holds."""
        for _ in range(80):
            if self.page.evaluate(f"(e => {condition})(document.activeElement)"):
                return
            self.keys.press(key)
        raise AssertionError(f"the keyboard does not reach {condition}")

    def come_in(self, link: str) -> None:
        self.page.goto(link)
        self.tab_to("e.type === 'submit'")
        self.keys.press("Enter")
        self.page.wait_for_url("**/")
        self.tab_to("e.textContent.startsWith('Start')")
        self.keys.press("Enter")
        self.page.wait_for_url("**/desk/**")
        self.ready()

    def ready(self) -> None:
        expect(self.page.locator("#left")).not_to_be_empty()

    @property
    def assignment_id(self) -> str:
        return self.page.url.rsplit("/", 1)[-1]

    def judge(self, plan: Entered) -> None:
        """The whole form, from wherever a new item leaves the focus."""
        self.keys.press(str(plan.preference + 4))
        self.keys.press("c")
        for axis in AXES:
            for letter in "AB":
                self.keys.press(str(plan.ratings[letter][axis]))
        for letter in "AB":
            self.keys.press(str(int(plan.acceptable[letter])))
        self.keys.press("w")
        self.keys.type(plan.why)
        self.tab_to(f"e.name === 'reason' && e.value === '{plan.reason}'", "Shift+Tab")
        self.keys.press("Space")
        self.keys.press("Escape")

    def mark(self, plan: Entered, number: int) -> None:
        """Two lines of the first response that has code."""
        for letter in "AB":
            lines = self.page.locator(f'.code[data-code="{letter}"] .l').count()
            if lines:
                break
        else:
            return
        self.keys.press(letter.lower())
        start = min(1 + number % 5, lines)
        for _ in range(start - 1):
            self.keys.press("ArrowDown")
        self.keys.press("Shift+ArrowDown")
        self.keys.press("m")
        severity = SEVERITIES[number % len(SEVERITIES)]
        for _ in range(number % len(SEVERITIES)):
            self.keys.press("ArrowRight")
        self.tab_to("e.tagName === 'TEXTAREA'")
        self.keys.type(f"note {number}")
        self.keys.press("Enter")
        plan.marks.append(
            LineMark(
                response=letter, first_line=start, last_line=min(start + 1, lines),
                severity=severity, category="logic", note=f"note {number}",
            )
        )  # fmt: skip

    def run_own_input(self) -> None:
        """Run both responses and the reference with an input of one's own, in real sandboxes."""
        self.keys.press("a")
        self.keys.press("r")
        field = self.page.locator('[data-runs="A"] textarea')
        expect(field).to_be_focused()
        self.keys.press("Control+a")
        self.keys.type("[[1, 10], [2, 3]]")
        self.keys.press("Control+Enter")
        given = self.page.locator('[data-runs="A"] .values')
        expect(given).to_contain_text("Reference", timeout=SLOW_MS)
        expect(given.locator("tbody tr")).to_have_count(3)
        self.keys.press("Escape")

    def submit(self) -> None:
        this = self.page.url
        expect(self.page.locator("#left")).to_have_text("ready")
        self.keys.press("Control+Enter")
        expect(self.page).not_to_have_url(this)
