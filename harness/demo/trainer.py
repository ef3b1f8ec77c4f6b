"""A trainer at a keyboard: the mouse is never used, and no script sets the focus."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from harness.models import LineMark

# Order of the rubric's severities, which the arrow keys go through while lines are marked.
SEVERITIES = ("breaks", "risky", "minor", "good")


@dataclass
class Entered:
    """What is typed for one item, under the letters of the screen; axes in the form's order."""

    ratings: dict[str, dict[str, int]]
    acceptable: dict[str, bool]
    preference: int
    reason: str
    why: str
    marks: list[LineMark] = field(default_factory=list)


class Trainer:
    """Somebody at the review desk, with a rubric whose first axis has the key ``c``.

    What does not happen within the page's time limit raises playwright's errors or AssertionError.
    """

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

    def come_in(self, link: str, project: str = "") -> None:
        """Follow a one-time link, then begin the project, the first of the list if left out."""
        self.page.goto(link)
        self.tab_to("e.type === 'submit'")
        self.keys.press("Enter")
        self.page.wait_for_url("**/")
        if project:
            self.page.goto(f"{self.page.url}projects/{project}")
        self.tab_to("e.textContent.startsWith('Start')")
        self.keys.press("Enter")
        self.page.wait_for_url("**/desk/**")
        self.ready()

    def ready(self) -> None:
        """Wait until the desk's own modules are at work."""
        expect(self.page.locator("#left")).not_to_be_empty()

    @property
    def assignment_id(self) -> str:
        """Of the item at hand."""
        return self.page.url.rsplit("/", 1)[-1]

    def judge(self, plan: Entered) -> None:
        """The whole form but marks, from wherever a new item leaves the focus."""
        self.keys.press(str(plan.preference + 4))
        self.keys.press("c")
        for axis in plan.ratings["A"]:
            for letter in "AB":
                self.keys.press(str(plan.ratings[letter][axis]))
        for letter in "AB":
            self.keys.press(str(int(plan.acceptable[letter])))
        self.keys.press("w")
        self.keys.type(plan.why)
        self.tab_to(f"e.name === 'reason' && e.value === '{plan.reason}'", "Shift+Tab")
        self.keys.press("Space")
        self.keys.press("Escape")

    def mark(self, wanted: LineMark) -> None:
        """Mark lines of a response, in the first category of the rubric."""
        self.keys.press(wanted.response.lower())
        for _ in range(wanted.first_line - 1):
            self.keys.press("ArrowDown")
        for _ in range(wanted.last_line - wanted.first_line):
            self.keys.press("Shift+ArrowDown")
        self.keys.press("m")
        for _ in range(SEVERITIES.index(wanted.severity)):
            self.keys.press("ArrowRight")
        self.tab_to("e.tagName === 'TEXTAREA'")
        self.keys.type(wanted.note)
        self.keys.press("Enter")

    def submit(self) -> None:
        """Hand it in; the next item, or the end of the project, is there when this returns."""
        this = self.page.url
        expect(self.page.locator("#left")).to_have_text("ready")
        self.keys.press("Control+Enter")
        expect(self.page).not_to_have_url(this)
