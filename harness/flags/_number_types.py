"""Widths of numbers in C++ and C#: int, long, float or "" where it is not plain.

int is 32 bits (unsigned too), long 64, float any floating type; size is C++'s size_t.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.models import Language
from harness.syntax.constants import is_length
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import Function, Variable, scopes
from harness.syntax.shapes import as_assign, as_binary, as_call, bare
from harness.syntax.tree import Node

MAX_DEPTH = 12
_QUALIFIERS = re.compile(r"\b(?:const|static|constexpr|volatile|readonly|inline|std::)\b|std::")
_NAMES = {
    **dict.fromkeys(("int", "Int32", "short", "int32_t", "uint32_t", "unsigned", "unsigned int",
                     "uint", "signed int", "int16_t", "ushort"), "int"),
    **dict.fromkeys(("long", "long long", "long long int", "int64_t", "uint64_t", "ulong", "Int64",
                     "long int", "unsigned long", "unsigned long long"), "long"),
    **dict.fromkeys(("double", "float", "decimal", "long double", "Double", "Single"), "float"),
    **dict.fromkeys(("size_t", "size_type"), "size"),
}  # fmt: skip
_ELEMENT = re.compile(
    r"(?:vector|array|List|IList|deque)<\s*([\w :]+?)\s*(?:,[^<>]*)?>|([\w ]+)\[\]"
)
_FLOAT_CALLS = frozenset({"sqrt", "pow", "floor", "ceil", "round", "Sqrt", "Pow", "Floor",
                          "Ceiling", "Round", "Average", "fabs"})  # fmt: skip
_SAME_CALLS = frozenset({"abs", "Abs", "min", "max", "Min", "Max"})
_ORDER = ("", "int", "size", "long", "float")
WHOLE = frozenset({"int", "long", "size"})


def type_named(text: str) -> str:
    """The width of a written type."""
    text = _QUALIFIERS.sub(" ", text).rstrip("&? ").strip()
    return _NAMES.get(" ".join(text.split()), "")


def variable_type(variable: Variable, depth: int = 0) -> str:
    """The width of a variable; of ``auto`` and ``var`` that of the one value it is given."""
    written = declared_type(variable)
    if written or len(variable.writes) != 1 or depth > MAX_DEPTH:
        return type_named(written)
    parent = variable.writes[0].parent
    assign = as_assign(parent) if parent is not None else None
    plain = assign is not None and assign.target is variable.writes[0]
    return number_type(assign.value, depth + 1) if assign is not None and plain else ""


def number_type(node: Node, depth: int = 0) -> str:
    """The width of an expression's value."""
    node = bare(node)
    if depth > MAX_DEPTH:
        return ""
    if node.type in ("number_literal", "integer_literal", "real_literal"):
        return _literal_type(node.text)
    if is_length(node):
        return "size" if node.doc.language is Language.CPP else "int"
    variable = scopes(node.doc).variable_of(node)
    if variable is not None:
        return variable_type(variable, depth)
    if node.type == "cast_expression":
        type_ = node.get("type")
        return type_named(type_.text) if type_ is not None else ""
    if node.type in ("unary_expression", "prefix_unary_expression") and node.has("-", "+"):
        return number_type(node.parts[-1], depth + 1)
    if node.type in ("subscript_expression", "element_access_expression"):
        return _type_of_element(node)
    return _call_type(node, depth) or _binary_type(node, depth)


def _literal_type(text: str) -> str:
    lower = text.lower()
    if lower.startswith("0x"):
        return "int"
    if re.search(r"[.efdm]", lower):
        return "float"
    return "long" if "l" in lower else "int"


def element_type(variable: Variable) -> str:
    """The width of the elements of a vector, a list or an array."""
    written = _QUALIFIERS.sub(" ", declared_type(variable)).rstrip("& ").strip()
    found = _ELEMENT.fullmatch(written)
    return type_named(found[1] or found[2]) if found is not None else ""


def _type_of_element(node: Node) -> str:
    holder = node.get("argument") or node.get("expression")
    variable = scopes(node.doc).variable_of(holder) if holder is not None else None
    return element_type(variable) if variable is not None else ""


def _call_type(node: Node, depth: int) -> str:
    call = as_call(node)
    if call is None or call.new:
        return ""
    if call.callee.type == "primitive_type":
        return type_named(call.callee.text)
    if call.callee.type == "template_function" and call.name == "static_cast":
        return type_named(call.callee.parts[-1].text.strip("<>"))
    if call.name in _FLOAT_CALLS:
        return "float"
    if call.name in _SAME_CALLS and call.args:
        return number_type(call.args[0], depth + 1)
    function = scopes(node.doc).function_named(call.name) if call.receiver is None else None
    return result_type(function) if function is not None else ""


def result_type(function: Function) -> str:
    """The width of what a function returns; a pointer or reference is none."""
    declarator = function.node.get("declarator")
    if declarator is not None and declarator.type == "pointer_declarator":
        return ""
    return type_named(function.return_type.text) if function.return_type is not None else ""


def _binary_type(node: Node, depth: int) -> str:
    binary = as_binary(node)
    if binary is None or binary.op not in ("+", "-", "*", "/", "%"):
        return ""
    left, right = number_type(binary.left, depth + 1), number_type(binary.right, depth + 1)
    if not left or not right:
        return "float" if "float" in (left, right) else ""
    return max(left, right, key=_ORDER.index)


def conversions(node: Node) -> Iterator[tuple[str, Node]]:
    """(width, value) of every place of a tree that turns a value into a declared width.

    Declarations, assignments, returns and casts; ``node`` is the root.
    """
    doc = node.doc
    for kind in ("init_declarator", "variable_declarator", "assignment_expression"):
        for one in doc.all(kind):
            assign = as_assign(one)
            variable = scopes(doc).variable_of(assign.target) if assign is not None else None
            if assign is not None and variable is not None:
                yield type_named(declared_type(variable)), assign.value
    for one in doc.all("cast_expression"):
        type_, value = one.get("type"), one.get("value")
        if type_ is not None and value is not None:
            yield type_named(type_.text), value
    for one in doc.all("call_expression"):
        call = as_call(one)
        cast = call is not None and call.callee.type in ("primitive_type", "template_function")
        if call is not None and cast and len(call.args) == 1:
            yield _call_type(one, 0), call.args[0]
    for function in scopes(doc).functions:
        width = result_type(function)
        if function.value is not None:
            yield width, function.value
        for returned in function.returns:
            for value in returned.parts[:1]:
                yield width, value
