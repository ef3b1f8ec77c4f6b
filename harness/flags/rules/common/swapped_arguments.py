"""Arguments have the names of the parameters, in another order.

Why: the values land in each other's places.

Bad:
    def power(base, exponent):
        return base ** exponent

    def cube(base, exponent=3):
        return power(exponent, base)

Good:
    def power(base, exponent):
        return base ** exponent

    def cube(base, exponent=3):
        return power(base, exponent)

Known misses: functions of other modules; arguments that are no plain names. A function that calls
itself, or compares, may swap on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._asked import positional
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.scopes import Function
from harness.syntax.shapes import Call, calls

_ON_PURPOSE = re.compile(r"cmp|compare|less|greater|swap|sort|order|revers|gcd", re.IGNORECASE)
_SIDES = frozenset({"left", "right", "first", "second", "lhs", "rhs", "one", "two"})
MIN_NAME = 3


def check(context: Context) -> Iterable[Finding]:
    """Calls of the program's own functions with two names exchanged."""
    own: dict[str, list[Function]] = {}
    for function in context.scopes.functions:
        own.setdefault(function.name, []).append(function)
    for call in calls(context.doc):
        found = own.get(call.name, [])
        if len(found) != 1 or not call.name or _ON_PURPOSE.search(call.name):
            continue
        around = context.scopes.function_at(call.node)
        if around is found[0] or (around is not None and not around.name):
            continue
        names = [one.name for one in positional(found[0], context.language)]
        swapped = _swapped(call, names)
        if swapped is not None and not _has_both_orders(call, around, context):
            yield Finding(call.node, f"{call.name} takes {swapped[1]} before {swapped[0]}")


def _has_both_orders(call: Call, around: Function | None, context: Context) -> bool:
    """Whether the same names are passed the other way round nearby: then both are meant."""
    given = [one.text for one in call.args]
    return any(
        other.name == call.name
        and [one.text for one in other.args] != given
        and {one.text for one in other.args} == set(given)
        and context.scopes.function_at(other.node) is around
        for other in calls(context.doc)
    )


def _swapped(call: Call, names: list[str]) -> tuple[str, str] | None:
    """The first two arguments that stand in each other's places."""
    given = [one.text if one.type == "identifier" else "" for one in call.args]
    for first, (name, param) in enumerate(zip(given, names, strict=False)):
        if len(name) < MIN_NAME or name == param or name in _SIDES or name not in names:
            continue
        second = names.index(name)
        if first < second < len(given) and given[second] == param:
            return name, param
    return None


RULE = Rule(
    id="swapped-arguments",
    languages=PROCEDURAL,
    question="Which value should go where?",
    doc=__doc__,
    check=check,
)
