"""Numbers are sorted without a comparator.

Why: without one sort() compares texts, so 10 comes before 9 and -1 before -2.

Bad:
    const scores = [8, 11, 120];
    scores.sort();

Good:
    const scores = [8, 11, 120];
    scores.sort((a, b) => a - b);

Known misses: arrays of which the program does not show that they hold numbers, parameters above
all.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._elements import holds_numbers
from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.scopes import scopes
from harness.syntax.shapes import Call, as_assign, bare, calls
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Calls of sort without arguments on arrays of numbers."""
    for call in calls(context.doc):
        if call.name not in ("sort", "toSorted") or call.receiver is None or call.args:
            continue
        if _are_digits(call.receiver):
            continue
        if holds_numbers(call.receiver) or _result_holds_numbers(call):
            yield Finding(call.node, "sort() without a comparator compares numbers as texts")


def _are_digits(node: Node) -> bool:
    """Texts of one digit each are in the order of their numbers."""
    node = bare(node)
    if node.type != "array":
        return False
    values = [fold(one) for one in node.parts]
    return all(one is not None and one.value in range(10) for one in values)


def _result_holds_numbers(call: Call) -> bool:
    parent = call.node.parent
    assign = as_assign(parent) if parent is not None else None
    if assign is None or assign.target.type != "identifier":
        return False
    variable = scopes(call.node.doc).variable_of(assign.target)
    return variable is not None and any(holds_numbers(read) for read in variable.reads[:1])


RULE = Rule(
    id="sort-without-comparator",
    languages=JAVASCRIPT,
    question="In which order does this put 9, 10 and -1?",
    doc=__doc__,
    check=check,
)
