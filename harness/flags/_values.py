"""Literals and names as rules that compare values see them."""

from __future__ import annotations

from harness.syntax.constants import Constant, fold
from harness.syntax.scopes import Function
from harness.syntax.shapes import as_binary, bare
from harness.syntax.tree import Node

_CHARACTERS = ("char_literal", "character_literal")
MAX_OPERANDS = 60


def literal(node: Node) -> Constant | None:
    """The constant an expression is; a character counts as its text."""
    node = bare(node)
    if node.type in _CHARACTERS:
        return Constant(node.text)
    return fold(node)


def operands(node: Node, op: str) -> list[Node]:
    """``a and b and c`` as its operands, parentheses aside; the node alone if it is no such."""
    found: list[Node] = []
    stack = [node]
    while stack and len(found) < MAX_OPERANDS:
        one = bare(stack.pop())
        binary = as_binary(one)
        if binary is not None and binary.op == op:
            stack.extend((binary.right, binary.left))
        else:
            found.append(one)
    return found


def is_outermost(node: Node, op: str) -> bool:
    """Whether a binary expression is not an operand of another with the same operator."""
    above = node.parent
    while above is not None and above.type == "parenthesized_expression":
        above = above.parent
    binary = as_binary(above) if above is not None else None
    return binary is None or binary.op != op


def head(function: Function) -> Node:
    """Where a function is named."""
    return function.node.get("name") or function.node.get("declarator") or function.node
