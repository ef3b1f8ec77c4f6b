"""A local is read before anything has given it a value.

Why: the line fails with UnboundLocalError; the assignment stands too far down, or the name was
meant to be a global one.

Bad:
    def total(prices):
        result += sum(prices)
        return result

Good:
    def total(prices):
        result = 0
        result += sum(prices)
        return result

Known misses: values that are given on some paths only.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.defuse import early_reads


def check(context: Context) -> Iterable[Finding]:
    """First read of each local that stands before its first write."""
    for variable in context.scopes.variables:
        early = early_reads(variable)
        if early and not any(one.inside("delete_statement") for one in variable.reads):
            yield Finding(early[0], f"{variable.name} has no value yet")


RULE = Rule(
    id="used-before-assignment",
    languages=PYTHON,
    question="What should this value be at first?",
    doc=__doc__,
    check=check,
)
