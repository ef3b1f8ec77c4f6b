"""A tag has the same attribute twice.

Why: browsers take the first and drop the other.

Bad:
    <p class="note" class="wide">

Good:
    <p class="note wide">

Known misses: attributes that mean the same under two names.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """Second attributes of a name."""
    for element in context.page.elements:
        seen: set[str] = set()
        for one in element.attributes:
            if one.name in seen:
                yield Finding(one.node, f"the second {one.name} of this <{element.tag}> is dropped")
            seen.add(one.name)


RULE = Rule(
    id="duplicate-attribute",
    languages=HTML,
    question="Which of the two values should it have?",
    doc=__doc__,
    check=check,
)
