"""A helper function never reads one of its parameters, though its callers pass it.

Why: what the caller passes changes nothing: another name, perhaps a global one, is read instead.

Bad:
    def area(width, height):
        return width * width

    print(area(2, 3))

Good:
    def area(width, height):
        return width * height

    print(area(2, 3))

Known misses: methods, callbacks and overloads, whose parameters others lay down; the function that
the task asks for, which has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._asked import positional
from harness.flags._locals import variable_of
from harness.flags._stubs import is_empty, stub_reason
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.scopes import Function
from harness.syntax.shapes import calls


def check(context: Context) -> Iterable[Finding]:
    """Parameters without reads or writes, of functions that the program itself calls only."""
    if context.scopes.dynamic or any(one.text == "arguments" for one in context.scopes.unresolved):
        return
    passed: dict[str, int] = {}
    for call in calls(context.doc):
        if call.receiver is None and not call.new:
            passed[call.name] = max(passed.get(call.name, 0), len(call.args))
    for function in context.scopes.functions:
        if not _is_helper(function, context) or function.name not in passed:
            continue
        given = positional(function, context.language)[: passed[function.name]]
        for param in given:
            variable = variable_of(function, param)
            if variable is None or variable.uses or param.variadic or param.name.startswith("_"):
                continue
            yield Finding(param.node, f"{function.name} never reads {param.name}")


def _is_helper(function: Function, context: Context) -> bool:
    if not function.name or function is context.entry or function.body is None:
        return False
    bound = function.is_method and context.language is not Language.CSHARP
    if bound or is_empty(function) or stub_reason(function, context):
        return False
    same = [one for one in context.scopes.functions if one.name == function.name]
    if len(same) > 1 or any(one.has("modifier") and "static" not in one.text[:60]
                            for one in (function.node,)):  # fmt: skip
        return False
    return not _is_passed_on(function, context)


def _is_passed_on(function: Function, context: Context) -> bool:
    """Whether it is used other than by being called: as a callback, a decorator's function."""
    named = function.node.get("name")
    variable = context.scopes.variable_of(named) if named is not None else None
    if variable is not None and any(one.field != "function" for one in variable.reads):
        return True
    parent = function.node.parent
    return parent is not None and parent.type == "decorated_definition"


RULE = Rule(
    id="unused-parameter",
    languages=PROCEDURAL,
    question="How should this parameter change the result?",
    doc=__doc__,
    check=check,
)
