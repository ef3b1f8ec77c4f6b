"""reduce has no initial value where it needs one.

Why: without one the first element itself is the start: a sum of prices starts with an object,
and an empty array throws.

Bad:
    const total = orders.reduce((sum, order) => sum + order.price);

Good:
    const total = orders.reduce((sum, order) => sum + order.price, 0);

Known misses: empty arrays that were not filtered just before; callbacks that are passed by name.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import function_argument
from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.scopes import Function
from harness.syntax.shapes import as_binary, calls
from harness.syntax.tree import Node

_ARITHMETIC = frozenset({"+", "-", "*"})


def check(context: Context) -> Iterable[Finding]:
    """Calls with a written-out callback alone that treats its two arguments differently."""
    for call in calls(context.doc):
        if call.name not in ("reduce", "reduceRight") or len(call.args) != 1:
            continue
        function = function_argument(call)
        if function is None or len(function.params) < 2 or call.receiver is None:
            continue
        total, element = function.params[0].name, function.params[1].name
        if _is_used(function, total, _is_total) and _is_used(function, element, _is_taken_apart):
            message = f"{total} starts as the first element, not as a start for {total}"
            yield Finding(call.node, message)


def _is_total(read: Node) -> bool:
    parent = read.parent
    binary = as_binary(parent) if parent is not None else None
    if binary is not None:
        return binary.op in _ARITHMETIC
    if parent is None or read.field != "object":
        return False
    name = parent.get("property")
    return name is not None and name.text == "push"


def _is_taken_apart(read: Node) -> bool:
    return read.field == "object"


def _is_used(function: Function, name: str, how: object) -> bool:
    """Whether a parameter is read, and every time in that way."""
    assert callable(how)
    variable = function.scope.variables.get(name) if function.scope is not None else None
    if variable is None or not variable.reads:
        return False
    reads = [read for read in variable.reads if not _is_returned(read)]
    return bool(reads) and all(how(read) for read in reads)


def _is_returned(read: Node) -> bool:
    return read.parent is not None and read.parent.type == "return_statement"


RULE = Rule(
    id="reduce-without-initial",
    languages=JAVASCRIPT,
    question="What is the accumulator in the first call?",
    doc=__doc__,
    check=check,
)
