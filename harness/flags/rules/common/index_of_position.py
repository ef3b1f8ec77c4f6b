"""The place of a find is taken for whether there is one.

Why: a find at the very start is place 0, and no find is -1 (in C++ npos, which is huge): 0 is
false, > 0 misses the start, and -1 is true.

Bad (python):
    if text.find("a"):

Bad (javascript):
    if (text.indexOf("a") > 0) return true;

Bad (cpp):
    if (text.find("a")) return true;

Bad (csharp):
    if (text.IndexOf("a") > 0) return true;

Good (python):
    if "a" in text:

Good (javascript):
    if (text.includes("a")) return true;

Good (cpp):
    if (text.find("a") != std::string::npos) return true;

Good (csharp):
    if (text.IndexOf("a") >= 0) return true;

Known misses: places that are kept in a variable first. Looking for "@" behind the start is
meant to leave the start out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.constants import fold
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import Call, as_binary, calls, operand_of_not
from harness.syntax.tree import Node

_FINDS = {
    Language.PYTHON: frozenset({"find", "rfind"}),
    Language.JAVASCRIPT: frozenset({"indexOf", "findIndex", "search"}),
    Language.CSHARP: frozenset({"IndexOf", "FindIndex"}),
    Language.CPP: frozenset({"find"}),
}
_CONDITIONS = ("if_statement", "elif_clause", "while_statement", "ternary_expression",
               "conditional_expression")  # fmt: skip
_OTHER_FINDS = re.compile(r"\b(?:bs4|lxml|etree|pymongo|ElementTree|pandas)\b")
_WRAPPERS = ("parenthesized_expression", "condition_clause")


def check(context: Context) -> Iterable[Finding]:
    """Finds that are compared with > 0 (C++: >= 0 and < 0, too) or are a condition themselves."""
    names = _FINDS.get(context.language, frozenset())
    for call in calls(context.doc):
        if call.name not in names or call.receiver is None or not _is_search(call):
            continue
        if _is_compared_badly(call):
            yield Finding(call.node, f"{call.name} gives 0 for a find at the start")
        elif _is_condition(call.node):
            yield Finding(call.node, f"{call.name} gives a place: no find is true, the start false")


def _is_search(call: Call) -> bool:
    language = call.node.doc.language
    if language is Language.CPP and kind_of(call.receiver) != "str":
        return False
    if language is Language.PYTHON and kind_of(call.receiver) != "str":
        known = bool(call.args) and kind_of(call.args[0]) == "str"
        if not known or _OTHER_FINDS.search(call.node.doc.source):
            return False
    first = fold(call.args[0]) if call.args else None
    return bool(call.args) and (first is None or first.value != "@")


def _is_compared_badly(call: Call) -> bool:
    parent = call.node.parent
    binary = as_binary(parent) if parent is not None else None
    if binary is None or binary.left is not call.node:
        return False
    zero = fold(binary.right)
    never = (">=", "<") if call.node.doc.language is Language.CPP else ()
    return zero is not None and zero.value == 0 and binary.op in (">", *never)


def _is_condition(node: Node) -> bool:
    outer = node
    while outer.parent is not None and outer.parent.type in _WRAPPERS:
        outer = outer.parent
    parent = outer.parent
    if parent is None or node.doc.language is Language.CSHARP:
        return False
    binary = as_binary(parent)
    if binary is not None and binary.op in ("and", "or"):
        # a fallback, x.indexOf(y) || 7, is no condition
        return binary.op == "and" and binary.left is outer
    if operand_of_not(parent) is not None:
        return True
    if parent.type == "conditional_expression" and node.doc.language is Language.PYTHON:
        return parent.parts[1:2] == [outer]
    return parent.type in _CONDITIONS and outer.field == "condition"


RULE = Rule(
    id="index-of-position",
    languages=PROCEDURAL,
    question="What if the find is at the very start?",
    doc=__doc__,
    check=check,
)
