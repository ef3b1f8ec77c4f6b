"""An index reaches one element past the end.

Why: `i <= len(values)` reaches the length itself; `values[i + 1]` fails in the last round of a
loop over all positions.

Bad:
    for i in range(len(values)):
        if values[i] > values[i + 1]:
            return False

Good:
    for i in range(len(values) - 1):
        if values[i] > values[i + 1]:
            return False

Known misses: limits in variables; loops in which the counter is compared with anything else, which
may be the guard. In JavaScript only `<=` counts: an element past the end is undefined there, and
programs rely on it; in C++ texts are passed over, which end in a zero.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._counters import Counter, counters
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.constants import fold, length_of
from harness.syntax.elements import Element, as_element, change_of
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import as_binary, bare, comparisons
from harness.syntax.tree import Node, same


def check(context: Context) -> Iterable[Finding]:
    """Counters that run to the length, and what they index."""
    for one in counters(context.doc):
        found = _range(one)
        if found is None or one.step != 1 or not one.is_untouched or one.loop.body is None:
            continue
        container, last = found
        if kind_of(container) in ("dict", "set") or _is_guarded(one):
            continue
        for node in one.loop.body.walk():
            element = as_element(node)
            if element is not None and same(element.base, container):
                over = last + _offset(element, one.name.text)
                if over >= 0 and not _is_excused(element, over - last, one):
                    yield Finding(node, f"{node.text} goes past the end when the loop ends")
                    break


def _range(one: Counter) -> tuple[Node, int] | None:
    """(container, greatest index minus its length) of a loop that is bounded by a length."""
    if one.limit is None or one.op not in ("<", "<="):
        return None
    limit, add = bare(one.limit), 0
    binary = as_binary(limit)
    if binary is not None and binary.op in ("+", "-"):
        constant = fold(binary.right)
        if constant is None or not isinstance(constant.value, int):
            return None
        add = constant.value if binary.op == "+" else -constant.value
        limit = bare(binary.left)
    container = length_of(limit)
    if container is None or container.type not in ("identifier", "member_expression", "attribute"):
        return None
    return container, add - (one.op == "<")


def _offset(element: Element, name: str) -> int:
    """The c of ``values[i + c]``; far below zero for other indices."""
    if element.index.text == name:
        return 0
    binary = as_binary(element.index)
    if binary is not None and binary.op in ("+", "-") and binary.left.text == name:
        constant = fold(binary.right)
        if constant is not None and isinstance(constant.value, int):
            return constant.value if binary.op == "+" else -constant.value
    return -(10**9)


def _is_excused(element: Element, offset: int, one: Counter) -> bool:
    language = element.node.doc.language
    if language is Language.JAVASCRIPT and offset > 0:
        return True
    if language is Language.CPP and kind_of(element.base) in ("str", ""):
        return True
    guard = element.node.inside("try_statement")
    return (guard is not None and guard.start > one.loop.node.start) or _changes(element.base, one)


def _changes(container: Node, one: Counter) -> bool:
    """Whether the body may make the container longer."""
    body = one.loop.body
    return body is not None and any(
        same(node, container) and node is not container and _may_grow(node)
        for node in body.walk()
        if node.type == container.type
    )


def _may_grow(node: Node) -> bool:
    change = change_of(node)
    return change is not None and change.type.endswith(("call", "call_expression",
                                                        "invocation_expression"))  # fmt: skip


def _is_guarded(one: Counter) -> bool:
    """Whether the counter is compared with anything but zero inside the loop."""
    body = one.loop.body
    for comparison in comparisons(one.name.doc):
        if body is None or not comparison.node.within(body):
            continue
        sides = (comparison.left, comparison.right)
        for side, other in (sides, sides[::-1]):
            constant = fold(other)
            if _mentions(side, one.name.text) and (constant is None or constant.value != 0):
                return True
    return False


def _mentions(side: Node, name: str) -> bool:
    side = bare(side)
    binary = as_binary(side)
    return side.text == name or (
        binary is not None and name in (bare(binary.left).text, bare(binary.right).text)
    )


RULE = Rule(
    id="index-past-end",
    languages=PROCEDURAL,
    question="Which index does this reach in the last round?",
    doc=__doc__,
    check=check,
)
