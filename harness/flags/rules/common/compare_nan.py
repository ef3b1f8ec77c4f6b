"""Something is compared with NaN.

Why: NaN equals nothing, not even itself, and is neither less nor greater: the comparison is
false (with != true) whatever the other side is.

Bad (python):
    if value == float("nan"):

Bad (javascript):
    if (value === NaN) return 0;

Bad (cpp):
    if (value == NAN) return 0;

Bad (csharp):
    if (value == double.NaN) return 0;

Good (python):
    if math.isnan(value):

Good (javascript):
    if (Number.isNaN(value)) return 0;

Good (cpp):
    if (std::isnan(value)) return 0;

Good (csharp):
    if (double.IsNaN(value)) return 0;

Known misses: NaN that is kept in a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.shapes import bare, comparisons

_NAN = re.compile(
    r"float\(\s*['\"]nan['\"]\s*\)|(?:math|np|numpy)\.nan|(?:Number\.)?NaN|NAN|(?:std::)?nanf?\(\"\"\)|(?:System\.)?(?:double|float|Double|Single)\.NaN"
    r"|(?:std::)?numeric_limits<\w+>::(?:quiet|signaling)_NaN\(\)"
)
_OTHER = frozenset({"is", "is not", "in", "not in"})


def check(context: Context) -> Iterable[Finding]:
    """Comparisons with a side that is spelled NaN."""
    for one in comparisons(context.doc):
        if one.op not in _OTHER and any(
            _NAN.fullmatch(bare(side).text) for side in (one.left, one.right)
        ):
            result = "true" if one.op.startswith("!") else "false"
            yield Finding(one.node, f"a comparison with NaN is always {result}")


RULE = Rule(
    id="compare-nan",
    languages=PROCEDURAL,
    question="Is this meant to ask whether the value is NaN?",
    doc=__doc__,
    check=check,
)
