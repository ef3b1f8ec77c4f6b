"""A value is returned from the callback of forEach.

Why: the return ends that callback only; forEach goes on with the next element and drops the
value, so the function around it neither stops nor returns anything.

Bad:
    function hasNegative(values) {
      values.forEach((value) => {
        if (value < 0) return true;
      });
      return false;
    }

Good:
    function hasNegative(values) {
      return values.some((value) => value < 0);
    }

Known misses: values that are calls, for which return may only be a short way to leave.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import function_argument
from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.shapes import calls, is_pure

_NOTHING = frozenset({"undefined", "null"})


def check(context: Context) -> Iterable[Finding]:
    """Returns with a value in functions written out as argument of forEach."""
    for call in calls(context.doc):
        function = function_argument(call) if call.name == "forEach" else None
        for found in function.returns if function is not None else ():
            value = next(iter(found.parts), None)
            if value is not None and value.type not in _NOTHING and is_pure(value):
                yield Finding(found, "this leaves only the callback; forEach drops the value")


RULE = Rule(
    id="foreach-return",
    languages=JAVASCRIPT,
    question="What does the function around this return?",
    doc=__doc__,
    check=check,
)
