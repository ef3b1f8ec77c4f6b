"""A number is compared with a list, or a range is made of one, instead of its length.

Why: in Python the line fails, in JavaScript the comparison is always false.

Bad:
    for i in range(values):
        total += values[i]

Good:
    for i in range(len(values)):
        total += values[i]

Known misses: containers that are never indexed nearby. C++ and C# refuse such comparisons when they
compile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._counters import counters
from harness.flags.rule import JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.syntax.elements import as_element
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import bare, comparisons
from harness.syntax.tree import Node

_ORDER = frozenset({"<", "<=", ">", ">="})
_CONTAINERS = frozenset({"list", "dict", "set"})


def check(context: Context) -> Iterable[Finding]:
    """Limits of counters that are indexed by them, and comparisons of numbers with containers."""
    seen: set[int] = set()
    for limit in _limits(context):
        seen.add(id(limit))
        yield Finding(limit, f"{limit.text} is a container, not a number")
    for one in comparisons(context.doc):
        if one.op in _ORDER:
            for side, other in ((one.left, one.right), (one.right, one.left)):
                if id(side) not in seen and kind_of(side) in _CONTAINERS and _is_number(other):
                    yield Finding(side, f"{side.text} is a container, not a number")


def _is_number(node: Node) -> bool:
    return kind_of(node) in ("int", "float")


def _limits(context: Context) -> Iterator[Node]:
    for one in counters(context.doc):
        limit = bare(one.limit) if one.limit is not None else None
        if limit is None or limit.type != "identifier" or one.loop.body is None:
            continue
        for node in one.loop.body.walk():
            element = as_element(node)
            if element is not None and element.base.text == limit.text and (
                element.index.text == one.name.text
            ):  # fmt: skip
                yield limit
                break


RULE = Rule(
    id="array-for-length",
    languages=PYTHON | JAVASCRIPT,
    question="Is the length meant?",
    doc=__doc__,
    check=check,
)
