"""Comparisons of different kinds form a chain.

Why: `a in b == c` means `a in b and b == c`, not `(a in b) == c`, and `a < b == True` asks if b
is True; `a != b != c` says nothing about a and c;
`a > 0 & b > 0` is `a > (0 & b) > 0`.

Bad:
    if name in names == True:

Good:
    if name in names:

Known misses: chains of equal kind that were not meant as one.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.tree import Node

_MEMBERSHIP = frozenset({"in", "not in", "is", "is not"})


def check(context: Context) -> Iterable[Finding]:
    """Chains with ``in``, ``is`` or a truth value beside another operator, and of inequalities."""
    for node in context.doc.all("comparison_operator"):
        ops = [" ".join(one.text.split()) for one in node.all("operators")]
        if len(ops) < 2:
            continue
        if _is_mixed(node, ops):
            yield Finding(node, _meaning(node, ops))
        elif set(ops) == {"!="}:
            first, last = node.parts[0], node.parts[-1]
            if first.text != last.text and not (_is_constant(first) or _is_constant(last)):
                yield Finding(node, f"{first.text} and {last.text} may still be equal")


def _is_mixed(node: Node, ops: list[str]) -> bool:
    """Whether the chain joins what was most likely meant to be apart."""
    if any(one.type == "binary_operator" and one.has("&", "|") for one in node.parts[1:-1]):
        return True
    odd = bool(set(ops) & _MEMBERSHIP) or node.parts[-1].type in ("true", "false")
    return odd and len(set(ops)) > 1


def _meaning(node: Node, ops: list[str]) -> str:
    parts = [one for one in node.parts if one.field != "operators"]
    pairs = [
        f"{left.text} {op} {right.text}"
        for op, left, right in zip(ops, parts, parts[1:], strict=False)
    ]
    return "this means " + " and ".join(pairs)


def _is_constant(node: Node) -> bool:
    """Whether a value is known to differ from others: ``"a" != letter != "b"`` says it all."""
    return fold(node) is not None or node.text.rpartition(".")[2].isupper()


RULE = Rule(
    id="chained-comparison",
    languages=PYTHON,
    question="Which two values should be compared?",
    doc=__doc__,
    check=check,
)
