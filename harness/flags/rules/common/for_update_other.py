"""A for loop counts another variable than the one it begins and ends with.

Why: the counter of the condition never changes, so the loop does not end.

Bad:
    for (int j = 0; j < n; i++)

Good:
    for (int j = 0; j < n; j++)

Known misses: conditions that do not name the loop's own counter.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.blocks import Loop, loops
from harness.syntax.scopes import Variable, scopes
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Loops whose counter is in the condition and is written neither in update nor in body."""
    for loop in loops(context.doc):
        if loop.kind != "for" or loop.init is None or loop.body is None:
            continue
        if loop.condition is None or loop.update is None:
            continue
        counters = [one for one in _variables(loop.init) if _is_written(one, loop.init)]
        asked = [one for one in counters if _is_read(one, loop.condition)]
        updated = [one for one in _variables(loop.update) if _is_written(one, loop.update)]
        if asked and updated and not any(_may_change(one, loop) for one in asked):
            yield Finding(loop.update, f"this changes {updated[0].name}, not {asked[0].name}")


def _variables(node: Node) -> list[Variable]:
    found = (scopes(node.doc).variable_of(one) for one in node.walk())
    return list(dict.fromkeys(one for one in found if one is not None))


def _is_written(variable: Variable, place: Node) -> bool:
    return any(write.within(place) for write in variable.writes)


def _is_read(variable: Variable, place: Node) -> bool:
    return any(read.within(place) for read in variable.reads)


def _may_change(variable: Variable, loop: Loop) -> bool:
    """Whether it is written in the rounds, or where nobody sees it (a reference, a closure)."""
    if variable.captured:
        return True
    rounds = (loop.condition, loop.update, loop.body)
    lent = any(
        read.parent is not None and read.parent.type in ("argument_list", "pointer_expression")
        for read in variable.reads
    )
    return lent or any(_is_written(variable, one) for one in rounds if one is not None)


RULE = Rule(
    id="for-update-other",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="Which variable is meant to count?",
    doc=__doc__,
    check=check,
)
