"""A function made in a loop uses the loop's variable, and is kept for later.

Why: it looks the variable up when it is called: then all of them see the last element.

Bad:
    def adders(values):
        found = []
        for value in values:
            found.append(lambda x: x + value)
        return found

Good:
    def adders(values):
        found = []
        for value in values:
            found.append(lambda x, value=value: x + value)
        return found

Known misses: functions that are kept in other ways than in a container; variables that its body
sets.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.scopes import Function
from harness.syntax.shapes import as_assign, as_call
from harness.syntax.tree import Node

_COMPREHENSIONS = ("list_comprehension", "set_comprehension", "dictionary_comprehension")
_GROUPS = frozenset({"pair", "tuple", "list", "dictionary", "parenthesized_expression"})
_KEEPING = frozenset({"append", "add", "insert", "appendleft", "push", "register", "subscribe"})


def check(context: Context) -> Iterable[Finding]:
    """Functions that read a variable of the loop around them and go into a container."""
    for function in context.scopes.functions:
        loop = function.node.inside("for_statement", *_COMPREHENSIONS, "function_definition")
        if loop is None or loop.type == "function_definition":
            continue
        if not any(_is_kept(one, loop) for one in _mentions(function, loop, context)):
            continue
        name = _late(function, loop, context)
        if name is not None:
            yield Finding(name, f"{name.text} is looked up when the function is called, not here")


def _mentions(function: Function, loop: Node, context: Context) -> list[Node]:
    """The lambda itself, or where the loop names the function it defines."""
    if function.node.type == "lambda":
        return [function.node]
    name = function.node.get("name")
    variable = context.scopes.variable_of(name) if name is not None else None
    return [one for one in variable.reads if one.within(loop)] if variable is not None else []


def _is_kept(node: Node, loop: Node) -> bool:
    while node.parent is not None and node.parent.type in _GROUPS:
        node = node.parent
    parent = node.parent
    if parent is None:
        return False
    if parent is loop:  # [lambda: x for x in values]
        return loop.type in _COMPREHENSIONS and node.field == "body"
    assign = as_assign(parent)
    if assign is not None:
        return assign.value is node and assign.target.type == "subscript"
    call = as_call(parent.parent) if parent.parent is not None else None
    return call is not None and call.receiver is not None and call.name in _KEEPING


def _late(function: Function, loop: Node, context: Context) -> Node | None:
    """A read inside the function of a variable that the loop's header sets."""
    body = function.body
    for node in body.walk() if body is not None else ():
        variable = context.scopes.variable_of(node) if node.type == "identifier" else None
        if variable is None or variable.kind != "loop":
            continue
        if any(one.within(loop) and not one.within(function.node) for one in variable.writes):
            return node
    return None


RULE = Rule(
    id="late-binding",
    languages=PYTHON,
    question="Which element does each function see when it is called?",
    doc=__doc__,
    check=check,
)
