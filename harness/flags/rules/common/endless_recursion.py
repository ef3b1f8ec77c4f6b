"""A function calls itself with what it was given, or always calls itself.

Why: it never ends: the argument that was to become smaller does not.

Bad:
    def factorial(n):
        if n < 2:
            return 1
        return n * factorial(n)

Good:
    def factorial(n):
        if n < 2:
            return 1
        return n * factorial(n - 1)

Known misses: arguments that change and never reach the end; functions that call each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._asked import positional
from harness.flags._effects import is_pure_call
from harness.flags._locals import variable_of
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import statements
from harness.syntax.elements import change_of
from harness.syntax.scopes import Function
from harness.syntax.shapes import Call, as_call, calls
from harness.syntax.tree import Node

_OPEN = frozenset({"if_statement", "while_statement", "for_statement", "for_in_statement",
                   "foreach_statement", "for_range_loop", "try_statement", "switch_statement",
                   "match_statement", "with_statement", "conditional_expression",
                   "ternary_expression", "boolean_operator", "lambda", "lambda_expression",
                   "arrow_function", "function_expression", "function_definition",
                   "generator_expression", "list_comprehension", "set_comprehension",
                   "dictionary_comprehension", "switch_expression", "yield", "do_statement",
                   "local_function_statement", "function_declaration",
                   "query_expression"})  # fmt: skip
_LEAVING = frozenset({"return_statement", "raise_statement", "throw_statement", "yield",
                      "assert_statement", "yield_expression", "yield_statement",
                      "goto_statement"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Calls of a function inside itself with unchanged parameters, or on every path."""
    names: dict[str, int] = {}
    for function in context.scopes.functions:
        names[function.name] = names.get(function.name, 0) + 1
    for call in calls(context.doc):
        if not call.name or names.get(call.name) != 1:
            continue
        around = context.scopes.function_at(call.node)
        if around is None or call.name != around.name:
            continue
        if not _is_itself(call, around) or around.is_async:
            continue
        if _is_always(call.node, around):
            yield Finding(call.node, f"{call.name} calls itself on every path")
        elif _is_same(call, around, context):
            yield Finding(call.node, f"{call.name} calls itself with the same arguments")


def _is_itself(call: Call, function: Function) -> bool:
    if call.new or function.yields:
        return False
    if call.receiver is None:
        return not function.is_method or function.node.doc.language in ("csharp", "cpp")
    return function.is_method and call.receiver.text in ("self", "this")


def _is_always(node: Node, function: Function) -> bool:
    """Whether it is evaluated on every path, before any statement that may leave."""
    for above in node.ancestors:
        if above is function.node:
            break
        if above.type in _OPEN or above.has("&&", "||", "??", "?."):
            return False
    if function.value is not None:
        return True
    for statement in statements(function.body):
        if node.within(statement):
            return True
        if any(one.type in _LEAVING for one in statement.walk()):
            return False
    return False


def _is_same(call: Call, function: Function, context: Context) -> bool:
    params = positional(function, context.language)
    if function.is_method and context.language in ("python", "javascript"):
        return False  # the object may have changed
    if not params or len(params) != len(call.args) or call.keywords:
        return False
    if any(one.text != param.name for one, param in zip(call.args, params, strict=True)):
        return False
    variables = [variable_of(function, one) for one in params]
    for variable in variables:
        if variable is None or variable.writes or any(change_of(one) for one in variable.reads):
            return False
    return all(_only_computes(one, function) for one in function.node.walk())


def _only_computes(node: Node, function: Function) -> bool:
    """Whether a call is of itself or has no effects: else something may have changed meanwhile."""
    call = as_call(node)
    return call is None or call.name == function.name or is_pure_call(call)


RULE = Rule(
    id="endless-recursion",
    languages=PROCEDURAL,
    question="What makes the argument smaller on the way to the end?",
    doc=__doc__,
    check=check,
)
