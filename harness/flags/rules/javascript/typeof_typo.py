"""typeof is compared with something it never gives.

Why: typeof gives one of eight texts. "array", "null", a misspelt "strng" or undefined without
quotes is none of them, so the comparison is always false.

Bad:
    if (typeof value === "array") return value.length;

Good:
    if (Array.isArray(value)) return value.length;

Known misses: texts that are kept in a variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.shapes import bare, comparisons
from harness.syntax.tree import Node

_KINDS = frozenset({"undefined", "object", "boolean", "number", "bigint", "string", "symbol",
                    "function", "unknown"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Comparisons and switches of typeof with a constant that is no kind."""
    for subject, other in _pairs(context):
        if not _is_typeof(subject):
            continue
        constant = fold(other)
        if constant is None or constant.value in _KINDS:
            continue
        yield Finding(other, f"typeof never gives {other.text}")


def _pairs(context: Context) -> Iterator[tuple[Node, Node]]:
    for one in comparisons(context.doc):
        if one.op in ("==", "===", "!=", "!=="):
            yield bare(one.left), bare(one.right)
            yield bare(one.right), bare(one.left)
    for case in context.doc.all("switch_case"):
        switch, value = case.inside("switch_statement"), case.get("value")
        subject = switch.get("value") if switch is not None else None
        if subject is not None and value is not None:
            yield bare(subject), bare(value)


def _is_typeof(node: Node) -> bool:
    return node.type == "unary_expression" and node.has("typeof")


RULE = Rule(
    id="typeof-typo",
    languages=JAVASCRIPT,
    question="Which kind is meant here?",
    doc=__doc__,
    check=check,
)
