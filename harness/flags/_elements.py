"""What the elements of a JavaScript array are, where that is plain to see."""

from __future__ import annotations

from harness.syntax.kinds import kind_of
from harness.syntax.scopes import Variable, scopes
from harness.syntax.shapes import Call, as_assign, as_binary, as_call, bare
from harness.syntax.tree import Node

MAX_DEPTH = 8
_NUMBERS = frozenset({"int", "float"})
_TO_NUMBER = frozenset({"Number", "parseInt", "parseFloat"})
_SAME_ELEMENTS = frozenset(
    {"filter", "slice", "concat", "reverse", "sort", "toSorted", "toReversed"}
)
_ARITHMETIC = frozenset({"-", "*", "/", "%", "**"})


def holds_numbers(node: Node, depth: int = 0) -> bool:
    """Whether an array's elements are numbers."""
    node = bare(node)
    if depth > MAX_DEPTH:
        return False
    if node.type == "array":
        parts = node.parts
        return bool(parts) and all(_is_number(one, depth) for one in parts)
    call = as_call(node)
    if call is not None:
        return _gives_numbers(call, depth)
    variable = scopes(node.doc).variable_of(node) if node.type == "identifier" else None
    return variable is not None and _is_numeric(variable, depth)


def _is_number(node: Node, depth: int) -> bool:
    if node.type == "spread_element":
        return bool(node.parts) and holds_numbers(node.parts[0], depth + 1)
    return makes_number(node)


def makes_number(node: Node) -> bool:
    """Whether an expression is a number: a literal, arithmetic, a conversion."""
    node = bare(node)
    if kind_of(node) in _NUMBERS:
        return True
    if node.type == "unary_expression":
        return node.children[0].text in ("+", "-")
    call = as_call(node)
    if call is not None:
        is_math = call.receiver is not None and call.receiver.text == "Math"
        return call.name in _TO_NUMBER or is_math
    binary = as_binary(node)
    return binary is not None and binary.op in _ARITHMETIC


def _gives_numbers(call: Call, depth: int) -> bool:
    if call.name == "map" and call.args:
        function = scopes(call.node.doc).functions_by_node.get(id(call.args[0]))
        if function is None:
            return call.args[0].text in _TO_NUMBER
        return function.value is not None and makes_number(function.value)
    if call.name in _SAME_ELEMENTS and call.receiver is not None:
        return holds_numbers(call.receiver, depth + 1)
    return False


def _is_numeric(variable: Variable, depth: int) -> bool:
    return (
        any(_is_calculated(read) for read in variable.reads)
        or any(_pushes_number(read) for read in variable.reads)
        or any(_given(write, depth) for write in variable.writes)
    )


def _given(write: Node, depth: int) -> bool:
    assign = as_assign(write.parent) if write.parent is not None else None
    return assign is not None and assign.target is write and holds_numbers(assign.value, depth + 1)


def _is_calculated(read: Node) -> bool:
    """``v[i] - x``, ``(v[i] + v[j]) / 2``."""
    element = read.parent
    if element is None or element.type != "subscript_expression" or read.field != "object":
        return False
    return _is_operand(element)


def _is_operand(node: Node) -> bool:
    while node.parent is not None and node.parent.type in ("binary_expression",
                                                           "parenthesized_expression"):  # fmt: skip
        node = node.parent
        binary = as_binary(node)
        if binary is not None and binary.op in _ARITHMETIC:
            return True
        if binary is not None and binary.op != "+":
            return False
    return False


def _pushes_number(read: Node) -> bool:
    member = read.parent
    call = as_call(member.parent) if member is not None and member.parent is not None else None
    if call is None or call.receiver is not read or call.name != "push":
        return False
    return bool(call.args) and all(makes_number(one) for one in call.args)
