"""let, const or class is used above its declaration.

Why: the name exists from the start of its block but cannot be read before its line has run: it
throws.

Bad:
    total += price;
    let total = 0;

Good:
    let total = 0;
    total += price;

Known misses: functions that use the name and are called too early.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.scopes import Variable
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Uses in the same function that come before the end of the declaration."""
    for variable in context.scopes.variables:
        end = _usable_from(variable)
        if end is None:
            continue
        for use in variable.uses:
            own = use in variable.declarations
            if own or use.start >= end or not _is_same_function(use, variable, context):
                continue
            yield Finding(use, f"{variable.name} cannot be used before its declaration has run")
            break


def _usable_from(variable: Variable) -> int | None:
    if len(variable.declarations) != 1:
        return None
    declaration = variable.declarations[0]
    if declaration.parent is not None and declaration.parent.type == "class_declaration":
        return declaration.parent.start
    holder = declaration.parent
    if holder is None or holder.type != "variable_declarator" or holder.parent is None:
        return None
    return holder.end if holder.parent.type == "lexical_declaration" else None


def _is_same_function(use: Node, variable: Variable, context: Context) -> bool:
    body = use.inside("class_body")  # its fields are computed when an object is made
    if body is not None and not variable.declarations[0].within(body):
        return False
    return context.scopes.function_at(use) is variable.scope.function


RULE = Rule(
    id="use-before-declaration",
    languages=JAVASCRIPT,
    question="Which value does this name have here?",
    doc=__doc__,
    check=check,
)
