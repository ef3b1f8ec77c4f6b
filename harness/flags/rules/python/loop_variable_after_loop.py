"""A loop's variable is read after the loop that has no other exit.

Why: it holds the last element there, and nothing at all if there was none: usually the line belongs
inside the loop.

Bad:
    def total(prices):
        result = 0
        for price in prices:
            result += 1
        result += price
        return result

Good:
    def total(prices):
        result = 0
        for price in prices:
            result += price
        return result

Known misses: loops that end by a break, after which the element found is used; loops over a range,
whose last number may be wanted; names that have a value before the loop.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.blocks import Loop, loops, statements
from harness.syntax.constants import fold
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_call
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Reads behind a for loop of a name that only this loop sets."""
    if context.scopes.dynamic:
        return
    for loop in loops(context.doc):
        if loop.target is None or not _is_open(loop):
            continue
        for target in loop.target.walk():
            variable = context.scopes.variable_of(target)
            if variable is None or variable.function is None or len(variable.writes) != 1:
                continue
            after = _read_after(variable, loop.node)
            if after is not None and variable.kind == "loop" and not variable.captured:
                line = loop.node.line
                yield Finding(after, f"{variable.name} is what the loop of line {line} left")


def _is_open(loop: Loop) -> bool:
    """Whether the loop may go through nothing, and is left at its end only."""
    if loop.iterable is None or loop.node.get("alternative") is not None:
        return False
    if all(one.type == "pass_statement" for one in statements(loop.body)):
        return False  # written to get at the last element
    call = as_call(loop.iterable)
    if call is not None and call.name == "range":
        return False
    if fold(loop.iterable) is not None or loop.iterable.type in ("list", "tuple"):
        return False
    return not any(one.type == "break_statement" for one in loop.node.walk())


def _read_after(variable: Variable, loop: Node) -> Node | None:
    return next((one for one in variable.reads if one.start > loop.end), None)


RULE = Rule(
    id="loop-variable-after-loop",
    languages=PYTHON,
    question="Does this line belong inside the loop?",
    doc=__doc__,
    check=check,
)
