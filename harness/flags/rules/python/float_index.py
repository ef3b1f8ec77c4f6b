"""The result of `/` is an index, an end of a slice, an argument of range or a repetition.

Why: `/` always gives a float in Python, and these want whole numbers: TypeError. `//` was meant.

Bad:
    middle = values[len(values) / 2]

Good:
    middle = values[len(values) // 2]

Known misses: floats that come from elsewhere; keys of what may be a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.flags._locals import value_of
from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.elements import as_element
from harness.syntax.kinds import kind_of
from harness.syntax.scopes import scopes
from harness.syntax.shapes import as_binary, bare, binaries, calls
from harness.syntax.tree import Node

_KEYED = re.compile(
    r"memo|cache|dict|map|table|count|seen|known|lookup|by_|_of|freq", re.IGNORECASE
)
_ROWS = frozenset({"list", "str", "tuple"})
MAX_DEPTH = 20


def check(context: Context) -> Iterable[Finding]:
    """Divisions, or names that hold one, where a whole number must stand."""
    for node in _whole_numbers(context):
        if _is_division(node):
            yield Finding(node, f"{node.text} is a float")


def _whole_numbers(context: Context) -> Iterator[Node]:
    for node in context.doc.all("subscript"):
        element = as_element(node)
        if element is not None and _is_row(element.base):
            yield element.index
        for piece in node.all("subscript"):
            if piece.type == "slice":
                yield from piece.parts
    for call in calls(context.doc):
        if call.name == "range" and call.receiver is None:
            yield from call.args
    for one in binaries(context.doc):
        if one.op == "*" and _is_division(one.right) and kind_of(one.left) in _ROWS:
            yield one.right


def _is_row(base: Node) -> bool:
    kind = kind_of(base)
    if kind:
        return kind in _ROWS
    return base.type == "identifier" and not _KEYED.search(base.text)


def _is_division(node: Node) -> bool:
    """Whether ``/`` is all that happens to it, sums and products aside."""
    node = bare(node)
    if node.type == "identifier":
        variable = scopes(node.doc).variable_of(node)
        if variable is None or variable.kind != "local" or len(variable.writes) != 1:
            return False
        value = value_of(variable.writes[0])
        return value is not None and _divides(value)
    return _divides(node)


def _divides(node: Node) -> bool:
    level = [bare(node)]
    for _ in range(MAX_DEPTH):
        deeper: list[Node] = []
        for one in level:
            binary = as_binary(one)
            if binary is None:
                continue
            if binary.op == "/":
                return "str" not in (kind_of(binary.left), kind_of(binary.right))
            if binary.op in ("+", "-", "*"):
                deeper += [bare(binary.left), bare(binary.right)]
        level = deeper
    return False


RULE = Rule(
    id="float-index",
    languages=PYTHON,
    question="Should this be //?",
    doc=__doc__,
    check=check,
)
