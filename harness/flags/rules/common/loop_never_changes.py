"""Nothing in a loop changes what its condition depends on.

Why: once entered it never ends.

Bad:
    while low < high:
        middle = (low + high) // 2
        total += values[middle]

Good:
    while low < high:
        middle = (low + high) // 2
        total += values[middle]
        low = middle + 1

Known misses: conditions with calls, fields or elements; changes that are made but never enough.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import Loop, as_loop, loops
from harness.syntax.constants import fold, length_of
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_binary, as_call, bare, operand_of_not
from harness.syntax.tree import Node

_EXITS = frozenset({
    "return_statement", "raise_statement", "throw_statement", "goto_statement", "yield",
    "yield_expression", "yield_statement", "await", "await_expression", "throw_expression",
    "co_await_expression", "assert_statement",
})  # fmt: skip
_EXIT_CALLS = frozenset({"exit", "quit", "abort", "_exit", "Exit", "fail", "longjmp"})


def check(context: Context) -> Iterable[Finding]:
    """Loops whose condition's variables are local, plain and not written in the loop."""
    if context.scopes.dynamic:
        return
    for loop in loops(context.doc):
        if loop.kind == "each" or loop.condition is None or fold(loop.condition) is not None:
            continue
        names = _names(loop.condition, context)
        if names and not _may_end(loop) and not any(_changes(one, loop) for one in names):
            said = " and ".join(sorted({one.name for one in names}))
            yield Finding(loop.condition, f"nothing in this loop changes {said}")


def _names(condition: Node, context: Context) -> list[Variable]:
    """Variables of a condition that is made of plain names and lengths; else none."""
    found: list[Variable] = []
    stack = [condition]
    while stack:
        node = bare(stack.pop())
        binary, negated = as_binary(node), operand_of_not(node)
        if binary is not None:
            stack.extend((binary.left, binary.right))
        elif negated is not None:
            stack.append(negated)
        elif fold(node) is None:
            variable = context.scopes.variable_of(length_of(node) or node)
            if variable is None or not _is_plain(variable):
                return []
            found.append(variable)
    return found


def _is_plain(variable: Variable) -> bool:
    if variable.captured or variable.function is None:
        return False
    if variable.kind not in ("local", "param", "loop"):
        return False
    if variable.scope.node.doc.language is not Language.CPP:
        return True
    type_ = declared_type(variable)
    return not type_.endswith(("&", "*")) and "volatile" not in type_ and "atomic" not in type_


def _may_end(loop: Loop) -> bool:
    """Whether a jump, a call that ends the program or a break can leave the loop."""
    stack = [(one, False) for one in (loop.body, loop.update) if one is not None]
    while stack:
        node, inner = stack.pop()
        if node.type in _EXITS:
            return True
        if node.type == "break_statement" and (not inner or node.parts):
            return True
        call = as_call(node)
        if call is not None and call.name in _EXIT_CALLS:
            return True
        inner = inner or as_loop(node) is not None or node.type == "switch_statement"
        stack.extend((child, inner) for child in node.children)
    return False


def _changes(variable: Variable, loop: Loop) -> bool:
    if any(one.within(loop.node) and not _is_initial(one, loop) for one in variable.writes):
        return True
    return any(one.within(loop.node) and _may_change(one, loop) for one in variable.reads)


def _is_initial(write: Node, loop: Loop) -> bool:
    return loop.init is not None and write.within(loop.init)


def _may_change(read: Node, loop: Loop) -> bool:
    """Whether a use other than as a plain value may change what the name holds."""
    if loop.condition is not None and read.within(loop.condition):
        return False
    parent = read.parent
    if parent is None:
        return True
    if parent.type in ("argument_list", "arguments", "argument", "keyword_argument"):
        return _is_container(read) or read.doc.language is Language.CPP
    if parent.type in ("attribute", "member_expression", "field_expression",
                       "member_access_expression", "pointer_expression"):  # fmt: skip
        return length_of(parent) is not read
    if parent.type in ("subscript", "subscript_expression", "element_access_expression"):
        return read.field in ("value", "object", "argument", "expression")
    binary = as_binary(parent)
    return _is_container(read) and binary is None


def _is_container(read: Node) -> bool:
    """Whether the loop asks for its length: then anyone who holds it may change it."""
    return any(
        one.text == read.text
        for loop in read.ancestors
        if as_loop(loop) is not None
        for part in loop.all("condition")
        for node in part.walk()
        if (one := length_of(node)) is not None
    )


RULE = Rule(
    id="loop-never-changes",
    languages=PROCEDURAL,
    question="What ends this loop?",
    doc=__doc__,
    check=check,
)
