"""An unsigned counter counts down to 0 and asks whether it is still >= 0.

Why: an unsigned number always is: below 0 it is the largest of all, and the loop goes on there.

Bad:
    for (size_t i = v.size() - 1; i >= 0; i--)

Good:
    for (size_t i = v.size(); i-- > 0;)

Known misses: counters whose type the program does not show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.constants import fold, is_length
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_assign, as_binary, bare, comparisons

_UNSIGNED = re.compile(r"(?:const )?(?:std::)?(?:unsigned\b.*|size_t|uint\d+_t|\w+::size_type)")


def check(context: Context) -> Iterable[Finding]:
    """Comparisons >= 0 and < 0 of unsigned variables that are counted down."""
    for one in comparisons(context.doc):
        if one.op not in (">=", "<"):
            continue
        zero = fold(one.right)
        variable = context.scopes.variable_of(bare(one.left))
        if variable is None or zero is None or zero.value != 0 or isinstance(zero.value, bool):
            continue
        if _is_unsigned(variable) and _counts_down(variable):
            result = "true" if one.op == ">=" else "false"
            yield Finding(one.node, f"{variable.name} is unsigned: this is always {result}")


def _is_unsigned(variable: Variable) -> bool:
    written = declared_type(variable)
    if written:
        return _UNSIGNED.fullmatch(written) is not None
    values = [as_assign(one.parent) for one in variable.writes if one.parent is not None]
    first = values[0] if values else None
    if first is None or not first.declares:
        return False
    binary = as_binary(bare(first.value))
    return is_length(binary.left if binary is not None else first.value)


def _counts_down(variable: Variable) -> bool:
    return any(
        one.parent is not None and (one.parent.has("--") or one.parent.has("-="))
        for one in variable.writes
    )


RULE = Rule(
    id="unsigned-countdown",
    languages=CPP,
    question="What is this counter after 0?",
    doc=__doc__,
    check=check,
)
