"""All branches of an if do the same.

Why: the condition changes nothing; one of the branches was copied and not adapted.

Bad:
    return total / count if count else total / count

Good:
    return total / count if count else 0

Known misses: branches that are equal in meaning but spelled differently; two equal branches among
others.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import as_branch, branches, is_else_if
from harness.syntax.tree import Node, same

_TERNARIES = ("conditional_expression", "ternary_expression")
MAX_BRANCHES = 40


def check(context: Context) -> Iterable[Finding]:
    """Chains of if with an else, and conditional expressions, of which all arms are the same."""
    for one in branches(context.doc):
        if one.otherwise is not None and not is_else_if(one.node) and _all_same(one.node):
            yield Finding(one.condition, f"whether {one.condition.text} or not, the same is done")
    for node in context.doc.all(*_TERNARIES):
        arms = _arms(node)
        if arms is not None and same(*arms):
            yield Finding(node, f"the result is {arms[0].text} either way")


def _all_same(node: Node) -> bool:
    """Whether a chain ends in an else and all its blocks are equal."""
    first = as_branch(node)
    if first is None or first.then is None or not first.then.parts:
        return False
    current: Node | None = first.otherwise
    for _ in range(MAX_BRANCHES):
        if current is None:
            return False
        branch = as_branch(current)
        block = current if branch is None else branch.then
        if block is None or not same(first.then, block):
            return False
        if branch is None:
            return True
        current = branch.otherwise
    return False


def _arms(node: Node) -> tuple[Node, Node] | None:
    then, otherwise = node.get("consequence"), node.get("alternative")
    if then is None and otherwise is None and len(node.parts) == 3:  # Python: a if c else b
        then, otherwise = node.parts[0], node.parts[2]
    return None if then is None or otherwise is None else (then, otherwise)


RULE = Rule(
    id="identical-branches",
    languages=PROCEDURAL,
    question="What should differ between the branches?",
    doc=__doc__,
    check=check,
)
