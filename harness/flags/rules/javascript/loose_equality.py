"""== compares values of different kinds.

Why: == converts before it compares: "" == 0, "0" == false and [] == "" are true. Values of
different kinds were hardly meant to be equal after a conversion nobody sees.

Bad:
    const count = text.length;
    if (count == "") return null;

Good:
    const count = text.length;
    if (count === 0) return null;

Known misses: values of which the program does not show the kind. Comparisons with null are left
alone: they find undefined too, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import comparisons

_CLASSES = {"int": "a number", "float": "a number", "str": "a text", "bool": "true or false",
            "list": "an array", "dict": "an object"}  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Comparisons with == or != whose sides are plainly of different kinds."""
    for one in comparisons(context.doc):
        if one.op not in ("==", "!="):
            continue
        left, right = _CLASSES.get(kind_of(one.left)), _CLASSES.get(kind_of(one.right))
        if left and right and left != right:
            yield Finding(one.node, f"{one.op} compares {left} with {right}")


RULE = Rule(
    id="loose-equality",
    languages=JAVASCRIPT,
    question="For which values is this true?",
    doc=__doc__,
    check=check,
)
