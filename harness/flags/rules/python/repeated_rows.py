"""A list that holds a list, dict or set is multiplied.

Why: all its places hold the same inner one: a change in one row is seen in all.

Bad:
    grid = [[0] * width] * height

Good:
    grid = [[0] * width for _ in range(height)]

Known misses: inner objects of other types; rows that are given to a call, which often copies
or only reads them.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.shapes import as_call, binaries
from harness.syntax.tree import Node

_MUTABLE = frozenset({"list", "dictionary", "set", "list_comprehension", "set_comprehension",
                      "dictionary_comprehension"})  # fmt: skip
_GIVEN = frozenset({"argument_list", "list_splat"})
_MADE = frozenset({"list", "dict", "set", "defaultdict", "Counter", "deque"})


def check(context: Context) -> Iterable[Finding]:
    """``[[…]] * n`` and ``n * [[…]]``."""
    for one in binaries(context.doc):
        if one.op != "*" or (one.node.parent and one.node.parent.type in _GIVEN):
            continue
        for side, times in ((one.left, one.right), (one.right, one.left)):
            if side.type != "list" or not any(_is_mutable(part) for part in side.parts):
                continue
            constant = fold(times)
            if constant is None or constant.value not in (0, 1):
                yield Finding(one.node, "all rows are the same list")


def _is_mutable(node: Node) -> bool:
    if node.type in _MUTABLE:
        return True
    if node.type == "binary_operator":
        return any(part.type == "list" for part in node.parts)
    call = as_call(node)
    return call is not None and call.receiver is None and call.name in _MADE


RULE = Rule(
    id="repeated-rows",
    languages=PYTHON,
    question="What happens to the other rows when one is changed?",
    doc=__doc__,
    check=check,
)
