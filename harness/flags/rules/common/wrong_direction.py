"""A loop counts away from its limit.

Why: it never runs, or never ends: the step or the comparison has the wrong sign.

Bad:
    for i in range(len(values) - 1, -1):
        print(values[i])

Good:
    for i in range(len(values) - 1, -1, -1):
        print(values[i])

Known misses: limits in variables; counters that the body changes.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._counters import Counter, counters
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.constants import bounds, fold, is_length
from harness.syntax.shapes import bare
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Counters whose step leads away from the limit."""
    for one in counters(context.doc):
        if one.step is None or not one.is_untouched:
            continue
        if one.loop.kind == "each":
            if _is_empty(one):
                assert one.loop.iterable is not None
                yield Finding(one.loop.iterable, f"{one.loop.iterable.text} is always empty")
        elif (one.step < 0) == (one.op[0] == "<") and one.op[0] in "<>" and one.step:
            assert one.loop.update is not None
            message = f"{one.loop.update.text} leads away from where the loop is to end"
            yield Finding(one.loop.update, message)


def _is_empty(one: Counter) -> bool:
    """Whether a range can hold nothing: its start is a length, or known."""
    if one.start is None or one.limit is None or one.step is None:
        return False
    if fold(one.start) is not None and fold(one.limit) is not None:
        first, last = bounds(one.start).low, bounds(one.limit).low
        if first is None or last is None or first == last:
            return False
        return (first > last) == (one.step > 0)
    if one.step > 0:
        return _is_long(one.start) and _is_least(one.limit)
    return _is_long(one.limit) and _is_least(one.start)


def _is_long(node: Node) -> bool:
    low = bounds(bare(node)).low
    return low is not None and low >= -1 and any(is_length(one) for one in node.walk())


def _is_least(node: Node) -> bool:
    constant = fold(node)
    return constant is not None and constant.value in (0, -1)


RULE = Rule(
    id="wrong-direction",
    languages=PROCEDURAL,
    question="From where to where should this loop count?",
    doc=__doc__,
    check=check,
)
