"""An else-if asks what was already asked above it.

Why: its block is never reached; the condition was copied and not adapted.

Bad:
    if n < 0:
        return "negative"
    elif n < 0:
        return "zero"

Good:
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"

Known misses: conditions that include an earlier one without being equal to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._effects import may_repeat
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import as_branch, branches, is_else_if
from harness.syntax.tree import Node, same

MAX_BRANCHES = 100


def check(context: Context) -> Iterable[Finding]:
    """Conditions of a chain that are equal to an earlier one of it."""
    for one in branches(context.doc):
        if one.node.type == "if_statement" and not is_else_if(one.node):
            yield from _repeats(one.node)


def _repeats(node: Node) -> Iterable[Finding]:
    seen: list[Node] = []
    current: Node | None = node
    while current is not None and len(seen) < MAX_BRANCHES:
        branch = as_branch(current)
        if branch is None:
            return
        first = next((one for one in seen if same(one, branch.condition)), None)
        if first is not None and may_repeat(branch.condition):
            message = f"{branch.condition.text} was already asked in line {first.line}"
            yield Finding(branch.condition, message, related=((first, "asked here"),))
        seen.append(branch.condition)
        current = branch.otherwise


RULE = Rule(
    id="repeated-condition",
    languages=PROCEDURAL,
    question="Which case is this branch meant for?",
    doc=__doc__,
    check=check,
)
