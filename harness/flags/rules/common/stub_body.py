"""A function that was to be written has no body: it does nothing, or says it is not implemented.

Why: the answer leaves out what was asked for.

Bad:
    def median(values):
        # TODO: implement
        return 0

Good:
    def median(values):
        ordered = sorted(values)
        return ordered[len(ordered) // 2]

Known misses: bodies that only print or only log.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._stubs import stub_reason
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.scopes import Function
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Functions whose whole body is a way of saying nothing."""
    for function in context.scopes.functions:
        reason = stub_reason(function, context)
        if reason:
            yield Finding(_head(function), f"{function.name} {reason}")


def _head(function: Function) -> Node:
    return function.node.get("name") or function.node.get("declarator") or function.node


RULE = Rule(
    id="stub-body",
    languages=PROCEDURAL,
    question="Was this function left for someone else to write?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    in_prompt=True,
)
