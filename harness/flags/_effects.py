"""Which calls only compute: they change nothing, so their result is all there is to them."""

from __future__ import annotations

from harness.models import Language
from harness.syntax.kinds import kind_of
from harness.syntax.scopes import scopes
from harness.syntax.shapes import Call, as_call
from harness.syntax.tree import Node

# Functions that are called by their bare names.
_PYTHON = """
    abs all any bool chr dict divmod enumerate float frozenset hash hex int isinstance issubclass
    len list max min oct ord pow range repr reversed round set sorted str sum tuple type zip bin id
"""
_JAVASCRIPT = "parseInt parseFloat isNaN isFinite Number String Boolean"
_CPP = """
    abs fabs sqrt pow floor ceil round min max isalpha isdigit isalnum isspace isupper islower
    toupper tolower to_string stoi stol stod accumulate count count_if find find_if max_element
    min_element gcd lcm strlen
"""
_FUNCTIONS: dict[Language, frozenset[str]] = {
    Language.PYTHON: frozenset(_PYTHON.split()),
    Language.JAVASCRIPT: frozenset(_JAVASCRIPT.split()),
    Language.CPP: frozenset(_CPP.split()),
    Language.CSHARP: frozenset(),
}
# Methods of text that give a new text and have no other meaning anywhere near.
_OF_TEXT = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "capitalize", "swapcase", "zfill", "ljust",
    "rjust", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "isnumeric",
    "startswith", "endswith", "splitlines", "casefold", "trim", "trimStart", "trimEnd",
    "toUpperCase", "toLowerCase", "padStart", "padEnd", "charAt", "charCodeAt", "substring",
    "substr", "startsWith", "endsWith", "toFixed", "replaceAll", "localeCompare", "codePointAt",
    "ToUpper", "ToLower", "Trim", "TrimEnd", "TrimStart", "Substring", "PadLeft", "PadRight",
    "StartsWith", "EndsWith", "ToUpperInvariant", "ToLowerInvariant", "ToCharArray", "IndexOf",
    "LastIndexOf", "indexOf", "lastIndexOf", "includes", "toSorted", "toReversed",
})  # fmt: skip
# Methods with other meanings elsewhere: only where the receiver is known.
_OF_KIND: dict[str, frozenset[str]] = {
    "str": frozenset({"replace", "split", "join", "format", "title", "count", "index", "find",
                      "rfind", "concat", "slice", "repeat", "at", "length", "size", "empty",
                      "encode", "center", "Split", "Contains", "Replace", "Insert", "Remove"}),
    "list": frozenset({"copy", "count", "index", "slice", "concat", "join", "flat", "at", "length",
                       "size", "empty", "entries", "keys", "values", "begin", "end", "back",
                       "front", "Contains"}),
    "set": frozenset({"union", "intersection", "difference", "symmetric_difference", "copy",
                      "issubset", "issuperset", "isdisjoint", "has", "size", "count", "empty",
                      "Contains"}),
    "dict": frozenset({"keys", "values", "items", "copy", "has", "size", "count", "empty",
                       "ContainsKey"}),
}  # fmt: skip
_MATH = frozenset({"Math", "math"})
_STATEFUL = frozenset({"random", "next", "pop", "read", "readline", "input", "shift"})


def is_pure_call(call: Call) -> bool:
    """Whether a call does nothing but compute its result."""
    language = call.node.doc.language
    if call.new or call.callee.type == "super":
        return False
    if call.receiver is None:
        return call.name in _FUNCTIONS[language] and not _is_own(call.callee)
    receiver = call.receiver.text
    if receiver in _MATH and call.name != "random":
        return True
    if receiver == "std":
        return call.name in _FUNCTIONS[Language.CPP]
    if receiver == "Object" and language is Language.JAVASCRIPT:
        return call.name in ("keys", "values", "entries")
    if call.name in _OF_TEXT:
        return not call.keywords
    return call.name in _OF_KIND.get(kind_of(call.receiver), ()) and not call.keywords


def _is_own(callee: Node) -> bool:
    """Whether the program defines the name itself."""
    variable = scopes(callee.doc).variable_of(callee)
    return variable is not None and variable.kind != "import"


def may_repeat(node: Node) -> bool:
    """Whether asking twice gives the same answer: its calls, if any, only compute."""
    for one in node.walk():
        if one.type in _WRITES or (one.type.endswith("unary_expression") and one.has("++", "--")):
            return False
        call = as_call(one)
        if call is not None and not is_pure_call(call):
            return False
    return True


_WRITES = frozenset({
    "assignment_expression", "augmented_assignment_expression", "named_expression",
    "update_expression", "await", "await_expression", "yield", "yield_expression",
    "delete_expression",
})  # fmt: skip
