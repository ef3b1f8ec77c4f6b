"""What kind of value a variable or expression holds, where that is plain to see.

``declared_type(variable)`` is what the program says ("int", "vector<int>&", "List[str]"; "" if
it says nothing, ``auto`` and ``var`` included). ``kind_of(node)`` is one of int, float, str, bool,
list, dict, set, tuple, function, none, or "" where it is not plain.
"""

from __future__ import annotations

import re

from harness.models import Language
from harness.syntax.constants import fold, is_length
from harness.syntax.scopes import Variable, scopes
from harness.syntax.shapes import COMPARISONS, as_assign, as_binary, as_call, bare, operand_of_not
from harness.syntax.tree import Node

MAX_DEPTH = 20
MAX_DECLARATIONS = 20
_DECLARATORS = frozenset({
    "reference_declarator", "pointer_declarator", "array_declarator", "init_declarator",
    "parenthesized_declarator", "variable_declarator", "function_declarator",
})  # fmt: skip
_UNTOLD = frozenset({"auto", "var", "let", "const", "dynamic", ""})
_LITERALS = {
    "list": "list", "list_comprehension": "list", "array": "list", "dictionary": "dict",
    "dictionary_comprehension": "dict", "object": "dict", "set": "set",
    "set_comprehension": "set", "tuple": "tuple", "string": "str", "string_literal": "str",
    "template_string": "str", "concatenated_string": "str", "interpolated_string_expression": "str",
    "verbatim_string_literal": "str", "raw_string_literal": "str", "lambda": "function",
    "arrow_function": "function", "function_expression": "function",
    "lambda_expression": "function", "char_literal": "", "array_creation_expression": "list",
    "implicit_array_creation_expression": "list",
}  # fmt: skip
_CALLS = {
    "len": "int", "int": "int", "ord": "int", "parseInt": "int", "float": "float", "str": "str",
    "String": "str", "list": "list", "sorted": "list", "dict": "dict", "set": "set",
    "tuple": "tuple", "bool": "bool", "Boolean": "bool", "Map": "dict", "Set": "set",
    "Array": "list", "parseFloat": "float", "split": "list", "join": "str", "indexOf": "int",
    "toString": "str", "ToString": "str", "toFixed": "str", "isinstance": "bool",
}  # fmt: skip
# A name declared more often is no program's; rules ask this of every use.
MAX_DECLARATIONS = 32
_TYPES = [
    (re.compile(r"^(?:const |static |constexpr |final |readonly )*(?:(?:unsigned|signed|long|short)"
                r"\b.*|int|Int|size_t|ssize_t|u?int\d+_t|byte|uint|ulong|ushort|sbyte"
                r"|std::size_t)$"), "int"),
    (re.compile(r"^(?:const |static |constexpr )*(?:double|float|decimal|long double)$"), "float"),
    (re.compile(r"^(?:const )?(?:std::)?(?:string|String|str)$"), "str"),
    (re.compile(r"^(?:const )?(?:bool|boolean|Boolean)$"), "bool"),
    (re.compile(r"^(?:const )?(?:(?:std::)?(?:vector|array|deque|list)<.*|[Ll]ist(?:\[.*|<.*)?"
                r"|.*\[\])$"), "list"),
    (re.compile(r"^(?:const )?(?:(?:std::)?(?:unordered_)?map<.*"
                r"|[Dd]ict(?:ionary)?(?:\[.*|<.*)?)$"), "dict"),
    (re.compile(r"^(?:const )?(?:(?:std::)?(?:unordered_)?set<.*|HashSet<.*|[Ss]et(?:\[.*)?)$"),
     "set"),
]  # fmt: skip


def declared_type(variable: Variable) -> str:
    """Its type as written, with ``*``, ``&`` and ``[]`` of the declarator; "" if none is."""
    for declaration in variable.declarations[:MAX_DECLARATIONS]:
        suffix = ""
        node: Node | None = declaration.parent
        while node is not None and node.type in _DECLARATORS:
            suffix += {"reference_declarator": "&", "pointer_declarator": "*",
                       "array_declarator": "[]"}.get(node.type, "")  # fmt: skip
            node = node.parent
        type_ = node.get("type") if node is not None else None
        if type_ is not None and type_.text not in _UNTOLD:
            return " ".join(type_.text.split()) + suffix
    return ""


def kind_of_type(text: str) -> str:
    """Kind of a written type; references and pointers to it count as it."""
    text = text.rstrip("&?").strip()
    return next((kind for pattern, kind in _TYPES if pattern.match(text)), "")


def kind_of(node: Node | None, depth: int = 0) -> str:
    """Kind of an expression's value."""
    if node is None or depth > MAX_DEPTH:
        return ""
    node = bare(node)
    constant = fold(node)
    if constant is not None:
        return _kind_of_constant(node, constant.value)
    if node.type in _LITERALS:
        return _LITERALS[node.type]
    if is_length(node):
        return "int"
    if node.type == "identifier":
        return _kind_of_name(node, depth)
    if operand_of_not(node) is not None:
        return "bool"
    call = as_call(node)
    if call is not None:
        return _CALLS.get(call.name, "")
    return _kind_of_binary(node, depth)


def _kind_of_constant(node: Node, value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        # JavaScript has one kind of number; what looks whole need not stay so.
        return "int"
    if isinstance(value, float):
        return "float"
    return "str" if isinstance(value, str) else "none"


def _kind_of_name(node: Node, depth: int) -> str:
    variable = scopes(node.doc).variable_of(node)
    if variable is None:
        return ""
    declared = kind_of_type(declared_type(variable))
    if declared or variable.kind not in ("local", "global", "loop"):
        return declared
    kinds = {kind_of(_value_of(one), depth + 5) for one in variable.writes[:4]}
    return kinds.pop() if len(kinds) == 1 and len(variable.writes) <= 4 else ""


def _value_of(write: Node) -> Node | None:
    """What a write gives to a plain name."""
    parent = write.parent
    assign = as_assign(parent) if parent is not None else None
    return assign.value if assign is not None and assign.target is write else None


def _kind_of_binary(node: Node, depth: int) -> str:
    binary = as_binary(node)
    if binary is None:
        return "bool" if node.type == "comparison_operator" else ""
    if binary.op in COMPARISONS:
        return "bool"
    left, right = kind_of(binary.left, depth + 1), kind_of(binary.right, depth + 1)
    numbers = {left, right} <= {"int", "float"}
    if binary.op == "/":
        whole = node.doc.language in (Language.CPP, Language.CSHARP) and left == right == "int"
        return "int" if whole else "float" if numbers else ""
    if binary.op in ("+", "-", "*", "%", "//") and numbers:
        return "int" if left == right == "int" else "float"
    if binary.op == "+" and "str" in (left, right) and node.doc.language != Language.PYTHON:
        return "str"
    return left if left == right and binary.op in ("+", "and", "or") else ""
