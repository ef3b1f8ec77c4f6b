"""A function that is to return a value never returns one.

Why: the caller gets None, undefined, or whatever lies on the stack.

Bad:
    def total(prices: list[float]) -> float:
        result = sum(prices)
        print(result)

Good:
    def total(prices: list[float]) -> float:
        return sum(prices)

Known misses: functions whose return type is said only in prose; values returned on some paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._asked import gives_back
from harness.flags._stubs import is_empty, stub_reason
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language, Layer
from harness.syntax.flow import falls_off, returns_value
from harness.syntax.scopes import Function
from harness.syntax.tree import Node

_NOTHING = re.compile(
    r"\bNone\b|\bNoReturn\b|\bNever\b|^void$|\bGenerator\b|\bIterator\b|\bIterable\b|\bOptional\b"
    r"|^(?:async )?Task$|^ValueTask$|IEnumera|^auto$|\bvoid\s*$|^$|\bAny\b"
)
_JSDOC = re.compile(r"@returns?\s*\{(?!\s*(?:void|undefined|null|Promise<void>)\s*\})")


def check(context: Context) -> Iterable[Finding]:
    """Functions whose end is reached and that hold no return with a value."""
    for function in context.scopes.functions:
        if not function.name or function.value or not function.body or function.yields:
            continue
        if any(returns_value(one) for one in function.returns) or not falls_off(function):
            continue
        # Those are flagged as stubs, or are abstract.
        if is_empty(function) or stub_reason(function, context):
            continue
        if not _promises(function, context):
            continue
        where = function.node.get("name") or function.node.get("declarator") or function.node
        yield Finding(where, f"{function.name} is to return a value and never does")


def _promises(function: Function, context: Context) -> bool:
    if function is context.entry and gives_back(context):
        return True
    type_ = function.return_type
    if context.language is Language.JAVASCRIPT:
        return _JSDOC.search(_comment_above(function)) is not None
    if context.language is Language.CPP and (function.name == "main" or type_ is None):
        return False
    return type_ is not None and _NOTHING.search(type_.text.strip()) is None


def _comment_above(function: Function) -> str:
    """The comment that ends where the function's statement begins."""
    node: Node = function.node
    doc = node.doc
    while node.parent is not None and node.parent is not doc.root and (
        node.parent.type in ("variable_declarator", "lexical_declaration", "variable_declaration",
                             "export_statement", "assignment_expression", "expression_statement")
    ):  # fmt: skip
        node = node.parent
    for comment in doc.comments:
        if comment.end <= node.start and not doc.slice(comment.end, node.start).strip():
            return comment.text
    return ""


RULE = Rule(
    id="return-missing",
    languages=PROCEDURAL,
    question="What does the caller get back?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    in_prompt=True,
)
