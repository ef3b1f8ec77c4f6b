"""for…in runs over an array or a text, and its variable is taken for an element.

Why: for…in gives the indices, and gives them as texts: sums of them are texts put together.

Bad:
    for (const price in prices) total += price;

Good:
    for (const price of prices) total += price;

Known misses: arrays of which the program does not show that they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.blocks import loops
from harness.syntax.constants import fold
from harness.syntax.kinds import kind_of
from harness.syntax.scopes import Variable, scopes
from harness.syntax.shapes import as_binary
from harness.syntax.tree import Node, same

_ONLY_ARRAYS = frozenset({"push", "pop", "shift", "unshift", "splice", "sort", "forEach"})


def check(context: Context) -> Iterable[Finding]:
    """Such loops whose variable never is an index, or has a number added to it."""
    for loop in loops(context.doc):
        if loop.node.type != "for_in_statement" or not loop.node.has("in"):
            continue
        variable = context.scopes.variable_of(loop.target) if loop.target is not None else None
        if variable is None or loop.iterable is None or not _is_array(loop.iterable):
            continue
        inside = [read for read in variable.reads if read.within(loop.node)]
        if any(_is_added_to(read) for read in inside):
            yield Finding(loop.node, f"{variable.name} is a text here: + puts texts together")
        elif inside and not _is_index(variable, loop.iterable):
            yield Finding(loop.node, f"for…in gives {variable.name} indices, not elements")


def _is_array(node: Node) -> bool:
    if kind_of(node) in ("list", "str"):
        return True
    variable = scopes(node.doc).variable_of(node)
    return variable is not None and any(_asks_as_array(read) for read in variable.reads)


def _asks_as_array(read: Node) -> bool:
    name = read.parent.get("property") if read.parent is not None else None
    return name is not None and read.field == "object" and name.text in _ONLY_ARRAYS


def _is_index(variable: Variable, iterable: Node) -> bool:
    """Whether it is used as an index, or made a number, at least once."""
    for read in variable.reads:
        if any(above.field == "index" for above in (read, *read.ancestors)):
            return True
        parent = read.parent
        if parent is not None and (parent.type in ("unary_expression", "arguments")):
            return True
    return any(same(read, iterable) for read in variable.reads)


def _is_added_to(read: Node) -> bool:
    binary = as_binary(read.parent) if read.parent is not None else None
    if binary is None or binary.op != "+":
        return False
    other = fold(binary.right if binary.left is read else binary.left)
    return other is not None and isinstance(other.value, int)


RULE = Rule(
    id="for-in-array",
    languages=JAVASCRIPT,
    question="What is this variable in the first round?",
    doc=__doc__,
    check=check,
)
