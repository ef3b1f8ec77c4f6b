"""A statement computes something and does nothing with it.

Why: a comparison that was to be an assignment, a result that was to be returned, a call without
its parentheses.

Bad:
    def total(prices):
        result = 0
        for price in prices:
            result == result + price

Good:
    def total(prices):
        result = 0
        for price in prices:
            result = result + price

Known misses: names and elements alone, which may be there to fail or to be shown. C# refuses such
statements itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import statements
from harness.syntax.flow import returns_value
from harness.syntax.shapes import COMPARISONS, as_binary, bare, is_pure, operand_of_not
from harness.syntax.tree import Node

_SHIFTS = frozenset({"<<", ">>", "|", ",", ">>>"})
_PROBES = ("try_statement", "with_statement")


def check(context: Context) -> Iterable[Finding]:
    """Statements that are a comparison, arithmetic or a negation without effects."""
    for node in context.doc.all("expression_statement"):
        if not node.parts or len(node.parts) > 1:
            continue
        value = bare(node.parts[0])
        if _computes(value) and is_pure(value) and not _is_shown(node):
            yield Finding(
                value, f"{value.text} is computed and not used", _question(value, context)
            )


def _computes(value: Node) -> bool:
    if value.type == "comparison_operator":
        return True
    binary = as_binary(value)
    if binary is not None:
        return binary.op not in _SHIFTS and binary.op not in ("and", "or", "??")
    return operand_of_not(value) is not None


def _is_shown(node: Node) -> bool:
    """A last expression of a file may be what a console shows; a guarded one is there to fail."""
    parent = node.parent
    if parent is not None and parent.type in ("module", "program"):
        return parent.parts[-1] is node
    return node.doc.language is Language.PYTHON and node.inside(*_PROBES) is not None


def _question(value: Node, context: Context) -> str:
    binary = as_binary(value)
    if binary is not None and binary.op in COMPARISONS and binary.op in ("==", "==="):
        return "Was this meant to be an assignment?"
    around = context.scopes.function_at(value)
    if around is None or any(returns_value(one) for one in around.returns):
        return ""
    last = statements(around.body)[-1:]
    return "Was this meant to be returned?" if last and value.within(last[0]) else ""


RULE = Rule(
    id="no-effect",
    languages=PYTHON | JAVASCRIPT | CPP,
    question="What was to happen with this value?",
    doc=__doc__,
    check=check,
)
