"""A role or an ARIA attribute that does not exist, has a wrong value or has no effect here.

Why: assistive tools ignore it, or hide what can be reached by keyboard.

Bad:
    <div role="buton" aria-expanded="yes">Menu</div>

Good:
    <button aria-expanded="true">Menu</button>

Known misses: roles whose required attributes or children are absent.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.html_facts import aria_misuse
from harness.flags.rule import HTML, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """Every role and aria-… attribute."""
    for element in context.page.elements:
        for one in element.attributes:
            reason = aria_misuse(element, one.name, one.value)
            if reason is not None:
                yield Finding(one.node, reason)


RULE = Rule(
    id="aria-misuse",
    languages=HTML,
    question="What should assistive tools say here?",
    doc=__doc__,
    check=check,
)
