"""The same element is set twice in a row.

Why: the first value is lost; one of the two keys or indices was copied and not adapted.

Bad:
    sizes["small"] = 1
    sizes["small"] = 2

Good:
    sizes["small"] = 1
    sizes["large"] = 2

Known misses: two assignments with anything else than other elements between them; fields of
objects, which may do something when they are set.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._effects import may_repeat
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import rows
from harness.syntax.elements import as_element
from harness.syntax.shapes import Assign, as_assign
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Runs of element assignments in which a target comes back unread."""
    for row in rows(context.doc):
        seen: dict[str, Node] = {}
        for statement in row:
            one = _element_set(statement)
            if one is None:
                seen.clear()
                continue
            key = one.target.text
            element = as_element(one.target)
            assert element is not None
            if any(node.text == element.base.text for node in one.value.walk()):
                seen.clear()
            if key in seen:
                message = f"{key} was already set in line {seen[key].line}"
                yield Finding(one.target, message, related=((seen[key], "set here"),))
            seen[key] = one.target


def _element_set(statement: Node) -> Assign | None:
    """``a[k] = v`` as a statement, of parts that only compute."""
    if statement.type != "expression_statement" or len(statement.parts) != 1:
        return None
    one = as_assign(statement.parts[0])
    if one is None or one.op != "=" or as_element(one.target) is None:
        return None
    return one if may_repeat(one.target) and may_repeat(one.value) else None


RULE = Rule(
    id="element-overwritten",
    languages=PROCEDURAL,
    question="Which element should the second value go to?",
    doc=__doc__,
    check=check,
)
