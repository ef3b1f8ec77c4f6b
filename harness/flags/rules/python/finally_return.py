"""A finally clause ends with return, break or continue.

Why: it takes the place of what the try gave: the result is lost, and so is an exception.

Bad:
    def read(path):
        try:
            return open(path).read()
        finally:
            return ""

Good:
    def read(path):
        try:
            return open(path).read()
        except OSError:
            return ""

Known misses: none.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.tree import Node

_OWN = ("for_statement", "while_statement", "function_definition", "finally_clause")


def check(context: Context) -> Iterable[Finding]:
    """Jumps out of a finally clause."""
    for node in context.doc.all("return_statement", "break_statement", "continue_statement"):
        if _leaves_finally(node):
            what = node.type.removesuffix("_statement")
            yield Finding(node, f"this {what} drops the exception, or the value returned before")


def _leaves_finally(node: Node) -> bool:
    stops = ("function_definition", "finally_clause") if node.type == "return_statement" else _OWN
    around = node.inside(*stops)
    return around is not None and around.type == "finally_clause"


RULE = Rule(
    id="finally-return",
    languages=PYTHON,
    question="What becomes of an exception in the try?",
    doc=__doc__,
    check=check,
)
