"""A loop goes through elements, or positions, that its body never looks at.

Why: every round does the same: another variable stands where this one belongs.

Bad:
    for i in range(len(left)):
        for j in range(len(right)):
            if left[i] == right[i]:
                pairs += 1

Good:
    for i in range(len(left)):
        for j in range(len(right)):
            if left[i] == right[j]:
                pairs += 1

Known misses: loops over a plain number, and loops whose body only counts or collects or holds
another loop, which repeat something on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._counters import counters
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import Loop, as_loop, loops
from harness.syntax.constants import is_length
from harness.syntax.elements import as_element
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_call
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Loop variables without a read in their loop, where the loop does more than repeat."""
    if context.scopes.dynamic:
        return
    for loop, name, variable in _variables(context):
        if variable.name.startswith("_") or variable.captured or loop.body is None:
            continue
        if any(one.within(loop.body) for one in variable.reads) or not _indexes(loop.body):
            continue
        if not any(read.start > loop.node.end for read in variable.reads):
            yield Finding(name, f"the loop never looks at {variable.name}")


def _variables(context: Context) -> Iterator[tuple[Loop, Node, Variable]]:
    counted = {id(one.loop.node) for one in counters(context.doc)}
    for loop in loops(context.doc):
        name = loop.target
        if loop.kind != "each" or name is None or id(loop.node) in counted:
            continue
        if loop.iterable is None or as_call(loop.iterable) is not None:
            continue
        variable = context.scopes.variable_of(name)
        if variable is not None:
            yield loop, name, variable
    for one in counters(context.doc):
        if one.limit is not None and any(is_length(part) for part in one.limit.walk()):
            yield one.loop, one.name, one.variable


def _indexes(body: Node) -> bool:
    """Whether the body, without loops of its own, looks at elements by another position."""
    if any(as_loop(node) is not None for node in body.walk()):
        return False
    return any(
        element is not None and element.index.type == "identifier"
        for element in map(as_element, body.walk())
    )


RULE = Rule(
    id="unused-loop-variable",
    languages=PROCEDURAL,
    question="Which element should each round look at?",
    doc=__doc__,
    check=check,
)
