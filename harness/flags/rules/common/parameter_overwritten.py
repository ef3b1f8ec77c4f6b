"""A parameter is overwritten before anything has read it.

Why: what the caller passed is lost: the value comes from a fixed example or from the keyboard.

Bad:
    def greet(name):
        name = input("Name: ")
        return "Hello " + name

Good:
    def greet(name):
        return "Hello " + name

Known misses: parameters that are overwritten on one path only.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._locals import value_of
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import statements
from harness.syntax.defuse import first_use
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import Function, Variable
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Parameters whose first use is a plain assignment at the top of their function."""
    for variable in context.scopes.variables:
        function = variable.function
        if variable.kind != "param" or function is None or variable.captured or not variable.writes:
            continue
        if _is_out(variable) or context.scopes.dynamic:
            continue
        first = first_use(variable)
        if first is None or first not in variable.writes or first in variable.reads:
            continue
        if value_of(first) is not None and _is_unconditional(first, function):
            yield Finding(first, f"{variable.name} is overwritten before it was read")


def _is_out(variable: Variable) -> bool:
    """Whether writing it gives something to the caller."""
    language = variable.scope.node.doc.language
    if language is Language.CPP:
        return declared_type(variable).endswith(("&", "*"))
    if language is Language.CSHARP:
        return any(one.parent is not None and one.parent.has("modifier")
                   for one in variable.declarations)  # fmt: skip
    return False


def _is_unconditional(write: Node, function: Function) -> bool:
    """Whether the assignment is a statement of the function's own block, or of a loop there."""
    statement = write.parent.parent if write.parent is not None else None
    return statement is not None and any(one is statement for one in statements(function.body))


RULE = Rule(
    id="parameter-overwritten",
    languages=PROCEDURAL,
    question="What happens to the value that the caller passes?",
    doc=__doc__,
    check=check,
)
