"""A length is compared with a value it can never pass.

Why: a length is never negative: `>= 0` is always true, `< 0` never. Usually `> 0` was meant.

Bad:
    if len(items) >= 0:
        return items[0]

Good:
    if len(items) > 0:
        return items[0]

Known misses: lengths that were first put in a variable.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.constants import fold, is_length
from harness.syntax.shapes import comparisons

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def check(context: Context) -> Iterable[Finding]:
    """Comparisons of a length with zero or less whose result is known."""
    for one in comparisons(context.doc):
        op, size, other = one.op, one.left, one.right
        if not is_length(size):
            op, size, other = _FLIPPED.get(op, op), one.right, one.left
        limit = fold(other)
        if not is_length(size) or limit is None or not isinstance(limit.value, int):
            continue
        result = _result(op, limit.value)
        if result is not None:
            yield Finding(one.node, f"{one.node.text} is always {str(result).lower()}")


def _result(op: str, limit: int) -> bool | None:
    if limit < 0 and op in (">", ">=", "!=", "!=="):
        return True
    if limit < 0 and op in ("<", "<=", "==", "==="):
        return False
    if limit == 0 and op in (">=", "<"):
        return op == ">="
    return None


RULE = Rule(
    id="size-never-negative",
    languages=PROCEDURAL,
    question="Is this meant to ask whether there are any?",
    doc=__doc__,
    check=check,
)
