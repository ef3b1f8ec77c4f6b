"""A condition assigns where it was meant to compare.

Why: = gives the variable that value, and the condition is the value itself: always the same.

Bad:
    if (count = 0) return;

Good:
    if (count == 0) return;

Known misses: values that are calls, and assignments in parentheses of their own, which are a
custom; in loops only constants are flagged.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.shapes import as_assign, is_pure
from harness.syntax.tree import Node

_CONDITIONAL = ("if_statement", "while_statement", "do_statement", "for_statement",
                "ternary_expression", "conditional_expression")  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Conditions that are an assignment without a second pair of parentheses."""
    for node in context.doc.all(*_CONDITIONAL):
        condition = _inner(node.get("condition"))
        assign = as_assign(condition) if condition is not None else None
        if assign is None or assign.op != "=" or assign.declares:
            continue
        is_loop = node.type.startswith(("while", "do", "for"))
        if fold(assign.value) is not None or (is_pure(assign.value) and not is_loop):
            yield Finding(assign.node, f"this gives {assign.target.text} a value")


def _inner(condition: Node | None) -> Node | None:
    """The condition without the parentheses that its statement asks for."""
    wrapped = condition is not None and condition.type in ("parenthesized_expression",
                                                           "condition_clause")  # fmt: skip
    if condition is not None and wrapped and len(condition.parts) == 1:
        return condition.parts[0]
    return condition


RULE = Rule(
    id="assignment-in-condition",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="Is this meant to compare?",
    doc=__doc__,
    check=check,
)
