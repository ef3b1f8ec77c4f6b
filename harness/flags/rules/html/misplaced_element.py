"""An element stands where HTML does not allow it.

Why: browsers move it or close what is around it, so the page is not built as it is written.

Bad:
    <ul><a href="/"><li>Start</li></a></ul>

Good:
    <ul><li><a href="/">Start</a></li></ul>

Known misses: elements that scripts put in; custom elements, SVG and MathML.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.html_facts import misplaced
from harness.flags.rule import HTML, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """Elements whose parents may not have them."""
    for element in context.page.elements:
        reason = misplaced(element)
        if reason is not None:
            yield Finding(element.open, reason)


RULE = Rule(
    id="misplaced-element",
    languages=HTML,
    question="Where does this element belong?",
    doc=__doc__,
    check=check,
)
