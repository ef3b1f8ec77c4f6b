"""An element is never closed, and its end tag may not be left out.

Why: it takes in all that follows.

Bad:
    <div class="card"><h2>Title<p>Text</p></div>

Good:
    <div class="card"><h2>Title</h2><p>Text</p></div>

Known misses: elements whose end tag was put in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.html_facts import OPTIONAL_END, is_foreign
from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import VOID


def check(context: Context) -> Iterable[Finding]:
    """Elements without an end tag."""
    for element in context.page.elements:
        if element.end_tag is not None or element.tag in VOID or element.tag in OPTIONAL_END:
            continue
        if element.tag and element.open.type == "start_tag" and not is_foreign(element):
            yield Finding(element.open, f"<{element.tag}> is never closed")


RULE = Rule(
    id="unclosed-element",
    languages=HTML,
    question="Where should this element end?",
    doc=__doc__,
    check=check,
)
