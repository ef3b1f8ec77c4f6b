"""A value is stored and overwritten, or thrown away, before anything reads it.

Why: the first value was computed for something; one of the two assignments has the wrong target.

Bad:
    def ends(values):
        low = min(values)
        low = max(values)
        return low

Good:
    def ends(values):
        low = min(values)
        high = max(values)
        return low, high

Known misses: values that are read on one path only. A plain constant or an empty container, which
only announces a variable, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._effects import may_repeat
from harness.flags._locals import is_unpacked, plain_locals, unread, value_of
from harness.flags._values import literal
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.defuse import dead_writes
from harness.syntax.shapes import bare
from harness.syntax.tree import Node

_EMPTY = frozenset({"list", "dictionary", "array", "object", "initializer_list", "tuple"})


def check(context: Context) -> Iterable[Finding]:
    """Dead writes of variables that are read elsewhere."""
    for variable in plain_locals(context):
        if not variable.reads or unread(variable):
            continue
        for write in dead_writes(variable):
            value = value_of(write)
            if value is None or is_unpacked(write) or _announces(value) or not may_repeat(value):
                continue
            yield Finding(write, f"this value of {variable.name} is never read")


def _announces(value: Node) -> bool:
    value = bare(value)
    return literal(value) is not None or (value.type in _EMPTY and not value.parts)


RULE = Rule(
    id="dead-store",
    languages=PROCEDURAL,
    question="Which variable was this value meant for?",
    doc=__doc__,
    check=check,
)
