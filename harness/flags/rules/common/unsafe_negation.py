"""! stands before the left side of a comparison instead of before all of it.

Why: ! binds tighter: !key in table asks whether "false" is in the table.

Bad (javascript):
    if (!key in table) return null;

Bad (cpp):
    if (!count == 3) return 0;

Good (javascript):
    if (!(key in table)) return null;

Good (cpp):
    if (count != 3) return 0;

Known misses: comparisons with values that may be true or false.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import Binary, binaries, operand_of_not

_NEVER = frozenset({"in", "instanceof"})
_ORDER = frozenset({"<", ">", "<=", ">="})
_EQUALITY = frozenset({"==", "!=", "===", "!=="})
_NOT_BOOLEAN = frozenset({"int", "float", "str", "list", "dict"})


def check(context: Context) -> Iterable[Finding]:
    """Comparisons whose left side is a negation without parentheses."""
    for one in binaries(context.doc):
        if operand_of_not(one.left) is not None and _is_odd(one):
            yield Finding(one.node, f"! negates {one.left.text[1:].strip()} alone")


def _is_odd(one: Binary) -> bool:
    if one.op in _NEVER or one.op in _ORDER:
        return True
    return one.op in _EQUALITY and kind_of(one.right) in _NOT_BOOLEAN


RULE = Rule(
    id="unsafe-negation",
    languages=JAVASCRIPT | CPP,
    question="What is meant to be negated?",
    doc=__doc__,
    check=check,
)
