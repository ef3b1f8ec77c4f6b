"""Code that no run can reach.

Why: a return, raise or break stands before it; one of the two is in the wrong place.

Bad:
    def total(prices):
        result = 0
        for price in prices:
            return result
            result += price

Good:
    def total(prices):
        result = 0
        for price in prices:
            result += price
        return result

Known misses: code behind a condition that is never true. A return that only follows branches which
all return is passed over: it is there for the compiler.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import rows
from harness.syntax.flow import LEAVES, leaves
from harness.syntax.tree import Node

_HOISTED = frozenset({"function_declaration", "local_function_statement", "labeled_statement",
                      "class_declaration", "function_definition", "class_definition",
                      "pass_statement", "preproc_endif", "preproc_else"})  # fmt: skip
_QUIET = frozenset({"return_statement", "raise_statement", "throw_statement", "break_statement",
                    "yield_statement"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """The first statement of each row behind one that always leaves."""
    for row in rows(context.doc):
        for number, one in enumerate(row[:-1]):
            if one.type in LEAVES or leaves(one):
                after = [other for other in row[number + 1 :] if other.type not in _HOISTED]
                if after and _matters(one, after):
                    message = f"nothing comes here: line {one.line} always leaves"
                    yield Finding(after[0], message, related=((one, "leaves here"),))
                break


def _matters(one: Node, after: list[Node]) -> bool:
    first = after[0]
    if first.type == "break_statement" or first.text.startswith(("yield", "var ")):
        return False
    if one.type in LEAVES:
        return not _makes_generator(after) and not _returns_again(one, after)
    return not (len(after) == 1 and first.type in _QUIET)


def _returns_again(one: Node, after: list[Node]) -> bool:
    """A bare return or break behind a return: idle, and harmless."""
    return len(after) == 1 and not after[0].parts and after[0].type in _QUIET


def _makes_generator(after: list[Node]) -> bool:
    """``return`` before a ``yield`` makes a function an empty generator."""
    if after[0].doc.language is not Language.PYTHON:
        return False
    return any(one.type == "yield" for other in after[:3] for one in other.walk())


RULE = Rule(
    id="unreachable-code",
    languages=PROCEDURAL,
    question="When should this run?",
    doc=__doc__,
    check=check,
)
