"""A loop's variable has the name of what the loop goes through.

Why: after the first round the name means an element; whoever reads it then gets the wrong thing.

Bad:
    for values in values:
        total += values

Good:
    for value in values:
        total += value

Known misses: names that are overwritten in the body.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.blocks import loops
from harness.syntax.shapes import as_call, bare
from harness.syntax.tree import Node

_AROUND = frozenset({"enumerate", "zip", "sorted", "reversed", "range", "len", "list", "set",
                     "tuple"})  # fmt: skip
MAX_DEPTH = 4


def check(context: Context) -> Iterable[Finding]:
    """For loops whose target is the iterable itself, wrapped or not."""
    for loop in loops(context.doc):
        if loop.target is None or loop.iterable is None:
            continue
        names = _names(loop.iterable)
        for target in loop.target.walk():
            if target.type == "identifier" and target.text in names:
                yield Finding(target, f"{target.text} is also what the loop goes through")


def _names(iterable: Node) -> set[str]:
    found: set[str] = set()
    level = [bare(iterable)]
    for _ in range(MAX_DEPTH):
        deeper: list[Node] = []
        for node in level:
            call = as_call(node)
            if node.type == "identifier":
                found.add(node.text)
            elif call is not None and call.receiver is None and call.name in _AROUND:
                deeper.extend(bare(one) for one in call.args)
        level = deeper
    return found


RULE = Rule(
    id="loop-overrides-iterable",
    languages=PYTHON,
    question="Is this name meant to be the whole or the element?",
    doc=__doc__,
    check=check,
)
