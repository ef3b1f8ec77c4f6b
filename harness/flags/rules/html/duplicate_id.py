"""Two elements have the same id.

Why: labels, links and scripts reach the first one only.

Bad:
    <input id="name"> <input id="name">

Good:
    <input id="first-name"> <input id="last-name">

Known misses: ids that scripts give.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """The second and further elements of an id."""
    for name, elements in context.page.by_id.items():
        shown = [one for one in elements if "template" not in one.around]
        for one in shown[1:]:
            attribute = one.attribute("id")
            if attribute is not None:
                yield Finding(
                    attribute.node,
                    f"another element has the id {name}",
                    related=((shown[0].open, "the first"),),
                )


RULE = Rule(
    id="duplicate-id",
    languages=HTML,
    question="Which of the elements is meant by this id?",
    doc=__doc__,
    check=check,
)
