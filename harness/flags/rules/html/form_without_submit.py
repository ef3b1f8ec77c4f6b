"""A form has several fields and nothing that sends it.

Why: without a submit button it cannot be sent, not even by the Enter key.

Bad:
    <form action="/join"><input name="a"> <input name="b"> <a>Join</a></form>

Good:
    <form action="/join"><input name="a"> <input name="b"> <button>Join</button></form>

Known misses: forms without an action; pages with scripts, which may send it.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import Element, Page


def check(context: Context) -> Iterable[Finding]:
    """Forms with an action and two fields."""
    page = context.page
    if page.has_foreign_script or page.scripts or page.handlers:
        return
    for form in page.all("form"):
        if "form" in form.around:
            continue
        fields = [one for one in form.walk() if one.tag in ("input", "select", "textarea")]
        if form.get("action") and len(fields) > 1 and not _is_sent(page, form):
            yield Finding(form.open, "nothing in this form sends it")


def _is_sent(page: Page, form: Element) -> bool:
    name = form.get("id")
    outside = [one for one in page.elements if name and one.get("form") == name]
    return any(map(_sends, [*form.walk(), *outside]))


def _sends(element: Element) -> bool:
    kind = (element.get("type") or "").lower()
    if element.tag == "button":
        return kind not in ("button", "reset")
    return (element.tag == "input" and kind in ("submit", "image")) or "-" in element.tag


RULE = Rule(
    id="form-without-submit",
    languages=HTML,
    question="How is this form sent?",
    doc=__doc__,
    check=check,
)
