"""An end tag closes nothing: its element was never opened, or is closed already.

Why: elements are closed in another order than they were opened, or a ``<p>`` that a block inside
it has ended is closed once more.

Bad:
    <b><i>Now</b></i>

Good:
    <b><i>Now</i></b>

Known misses: end tags that close another element of the same name than was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.page import VOID

_END = re.compile(r"</\s*([a-zA-Z][\w-]*)")


def check(context: Context) -> Iterable[Finding]:
    """End tags that the parser could not place, and those of elements that have none."""
    for node in (*context.doc.all("erroneous_end_tag"), *context.doc.errors):
        found = _END.match(node.text)
        if found is not None:
            yield Finding(node, f"this closes no <{found[1].lower()}>")
    for element in context.page.elements:
        if element.end_tag is not None and element.tag in VOID:
            yield Finding(element.end_tag, f"<{element.tag}> has no end tag")


RULE = Rule(
    id="stray-end-tag",
    languages=HTML,
    question="Which element should end here?",
    doc=__doc__,
    check=check,
)
