"""A callback whose result is used returns nothing.

Why: map, filter, reduce and the like take what the callback returns; without a return that is
undefined: every element becomes undefined, nothing is kept, the sum is lost.

Bad:
    const doubled = values.map((value) => {
      value * 2;
    });

Good:
    const doubled = values.map((value) => {
      return value * 2;
    });

Known misses: functions that are passed by name; map and filter callbacks that return on some
paths only.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import function_argument, is_discarded
from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.flow import falls_off, returns_value
from harness.syntax.scopes import Function
from harness.syntax.shapes import Call, calls

_ALWAYS = frozenset({"reduce", "reduceRight", "sort", "toSorted"})
_IF_USED = frozenset({"map", "filter", "some", "every", "find", "findIndex", "findLast", "flatMap",
                      "findLastIndex"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Functions written out as such callbacks whose end can be reached."""
    for call in calls(context.doc):
        function = function_argument(call)
        if function is None or call.receiver is None or not _wants_result(call):
            continue
        if not falls_off(function) or function.yields or function.is_async:
            continue
        if _gives_something(function):
            if call.name not in _ALWAYS:
                continue
            message = f"the callback of {call.name} returns nothing on some paths"
        else:
            message = f"the callback of {call.name} returns nothing"
        yield Finding(function.node, message)


def _wants_result(call: Call) -> bool:
    return call.name in _ALWAYS or (call.name in _IF_USED and not is_discarded(call.node))


def _gives_something(function: Function) -> bool:
    return any(returns_value(one) for one in function.returns)


RULE = Rule(
    id="callback-lacks-return",
    languages=JAVASCRIPT,
    question="What does this callback return?",
    doc=__doc__,
    check=check,
)
