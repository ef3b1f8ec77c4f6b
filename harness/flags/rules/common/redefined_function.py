"""A function is defined twice under the same name, and the second replaces the first.

Why: the first is never used: one of the two was meant to have another name, or was left over.

Bad:
    def area(width, height):
        return width * height

    def area(radius):
        return 3.14159 * radius**2

Bad (javascript):
    function area(width, height) { return width * height; }
    function area(radius) { return Math.PI * radius ** 2; }

Good:
    def rectangle_area(width, height):
        return width * height

    def circle_area(radius):
        return 3.14159 * radius**2

Known misses: functions that are assigned to a name; definitions under conditions.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import visible
from harness.flags._stubs import is_empty
from harness.flags.rule import JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import statements
from harness.syntax.scopes import Function
from harness.syntax.tree import Node

_BODIES = ("class_body",)


def check(context: Context) -> Iterable[Finding]:
    """Definitions in one row with the same name, the first not used before the second."""
    for block in context.doc.all("module", "block", "program", "statement_block", *_BODIES):
        seen: dict[tuple[str, bool], Function] = {}
        for node in statements(block) if block.type not in _BODIES else block.parts:
            function = context.scopes.functions_by_node.get(id(node))
            if function is None or not function.name or node.has("get", "set"):
                continue
            key = (function.name, node.has("static"))
            first = seen.get(key)
            seen[key] = function
            if first is not None and not is_empty(first) and not _is_used(context, first, node):
                name = node.get("name") or node
                message = f"{function.name} replaces the one of line {first.node.line}"
                yield Finding(name, message, related=((first.node, "never used"),))


def _is_used(context: Context, first: Function, second: Node) -> bool:
    """Whether something names the first one before the second takes its place."""
    if context.language is Language.JAVASCRIPT:  # the last one is there from the start
        return False
    variable = visible(context.doc, first.name, first.node)
    if variable is None:
        return False
    return any(first.node.end <= one.start < second.end for one in variable.reads)


RULE = Rule(
    id="redefined-function",
    languages=PYTHON | JAVASCRIPT,
    question="Which of the two should be called?",
    doc=__doc__,
    check=check,
)
