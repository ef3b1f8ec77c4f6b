"""& or | joins a test with what that test was to protect.

Why: & and | evaluate both sides, so the right one runs even where the left one is false.

Bad:
    if (name != null & name.Length > 0)

Good:
    if (name != null && name.Length > 0)

Known misses: right sides that fail without naming what the left side tests.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.shapes import COMPARISONS, as_binary, bare, binaries
from harness.syntax.tree import Node

_NULLS = frozenset({"null", "null_literal", "undefined", "nullptr"})
_ORDER = frozenset({"<", "<=", ">", ">="})
_MEMBERS = frozenset({"member_expression", "member_access_expression", "field_expression"})
_INDICES = frozenset({"subscript_expression", "element_access_expression"})


def check(context: Context) -> Iterable[Finding]:
    """Such operators between a comparison and a use that depends on it."""
    for one in binaries(context.doc):
        if one.op not in ("&", "|"):
            continue
        test = as_binary(bare(one.left))
        if test is None or test.op not in COMPARISONS:
            continue
        sides = bare(test.left), bare(test.right)
        is_null_test = any(side.type in _NULLS or side.text == "NULL" for side in sides)
        names = {side.text for side in sides if side.type == "identifier"}
        if (is_null_test and _takes_member(one.right, names)) or (
            test.op in _ORDER and _takes_element(one.right, names)
        ):
            yield Finding(one.node, f"{one.op} evaluates the right side in any case")


def _takes_member(node: Node, names: set[str]) -> bool:
    holders = (
        one.get("object") or one.get("expression") or one.get("argument")
        for one in node.walk() if one.type in _MEMBERS | _INDICES
    )  # fmt: skip
    return any(holder is not None and holder.text in names for holder in holders)


def _takes_element(node: Node, names: set[str]) -> bool:
    indices = (
        one.get("index") or one.get("indices") or one.get("subscript")
        for one in node.walk() if one.type in _INDICES
    )  # fmt: skip
    return any(
        index is not None and any(inner.text in names for inner in index.walk())
        for index in indices
    )


RULE = Rule(
    id="non-short-circuit",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="What does the right side do when the left one is false?",
    doc=__doc__,
    check=check,
)
