"""A form control has no label, or a label has several controls.

Why: nobody who does not see the page can tell what to enter; a click on the label reaches the
first control only.

Bad:
    <form>E-mail <input type="email" name="mail"></form>

Good:
    <form><label>E-mail <input type="email" name="mail"></label></form>

Known misses: controls outside a form; labels that scripts add.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.html_facts import LABELABLE
from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import Element, Page

_NAMED = ("aria-label", "aria-labelledby", "title", "placeholder")
_UNLABELLED = frozenset({"hidden", "submit", "reset", "button", "image"})


def check(context: Context) -> Iterable[Finding]:
    """Controls in forms that have labels at all, and labels around two controls."""
    page = context.page
    targets = {label.get("for") for label in page.all("label")}
    for label in page.all("label"):
        if "label" in label.around:
            continue
        inside = [one for one in label.walk() if one.tag in LABELABLE and not _is_exempt(one)]
        if len(inside) > 1 and label.get("for") is None:
            yield Finding(inside[1].open, "the label around this belongs to the control before it")
    if not any(targets) and not _has_wrapped(page):
        return
    for control in page.all("input", "select", "textarea"):
        if _lacks(control, targets):
            yield Finding(control.open, f"this <{control.tag}> has no label; others have")


def _has_wrapped(page: Page) -> bool:
    return any(one.children for one in page.all("label"))


def _is_exempt(control: Element) -> bool:
    return control.tag == "input" and (control.get("type") or "").lower() in _UNLABELLED


def _lacks(control: Element, targets: set[str | None]) -> bool:
    if "form" not in control.around or "label" in control.around or _is_exempt(control):
        return False
    return control.get("id") not in targets - {None} and not any(map(control.get, _NAMED))


RULE = Rule(
    id="label-missing",
    languages=HTML,
    question="What does a user enter here, and where does the page say so?",
    doc=__doc__,
    check=check,
)
