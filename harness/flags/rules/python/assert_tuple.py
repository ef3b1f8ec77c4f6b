"""An assert has its condition and its message in one pair of parentheses.

Why: that is a tuple, and a tuple with anything in it is true: the assert never fails.

Bad:
    assert (total > 0, "nothing to pay")

Good:
    assert total > 0, "nothing to pay"

Known misses: none.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """Assert statements of a tuple that is not empty."""
    for node in context.doc.all("assert_statement"):
        if node.parts and node.parts[0].type == "tuple" and node.parts[0].parts:
            yield Finding(node.parts[0], "a tuple is always true: this never fails")


RULE = Rule(
    id="assert-tuple",
    languages=PYTHON,
    question="Which part of this is the condition?",
    doc=__doc__,
    check=check,
)
