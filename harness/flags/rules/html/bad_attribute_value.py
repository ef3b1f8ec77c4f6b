"""An attribute has a value that HTML does not know.

Why: browsers fall back to a default: ``type="adress"`` is a text field, ``disabled="false"``
disables.

Bad:
    <input type="string" required="false">

Good:
    <input type="text">

Known misses: attributes whose values are free text or addresses; templates.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.html_facts import bad_value, is_foreign
from harness.flags.rule import HTML, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """Values that are not among those an attribute takes."""
    for element in context.page.elements:
        if is_foreign(element):
            continue
        for one in element.attributes:
            reason = bad_value(element, one.name, one.value)
            if reason is not None:
                yield Finding(one.node, f"{one.name} of <{element.tag}>: {reason}")


RULE = Rule(
    id="bad-attribute-value",
    languages=HTML,
    question="Which value is meant?",
    doc=__doc__,
    check=check,
)
