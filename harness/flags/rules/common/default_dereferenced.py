"""What a search found is used at once, though it may have found nothing.

Why: find gives undefined, FirstOrDefault null and re.match None when nothing matches; a member of
that throws.

Bad (python):
    year = re.search(r"\\d{4}", text).group()

Bad (javascript):
    const name = users.find((user) => user.id === id).name;

Bad (csharp):
    var name = users.FirstOrDefault(user => user.Id == id).Name;

Good (python):
    found = re.search(r"\\d{4}", text)
    year = found.group() if found else ""

Good (javascript):
    const name = users.find((user) => user.id === id)?.name;

Good (csharp):
    var name = users.FirstOrDefault(user => user.Id == id)?.Name;

Known misses: results that are kept in a variable first.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import function_argument
from harness.flags.rule import CSHARP, JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.models import Language
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import Call, bare, calls
from harness.syntax.tree import Node

_DEFAULTS = frozenset({"FirstOrDefault", "LastOrDefault", "SingleOrDefault", "Find", "FindLast"})
_FINDS = frozenset({"find", "findLast"})
# Of pairs, tuples and numbers: these are never null.
_OF_VALUES = frozenset({"Key", "Value", "ToString", "CompareTo", "Equals", "Item1", "Item2",
                        "GetHashCode", "HasValue"})  # fmt: skip
_MEMBERS = ("member_expression", "member_access_expression", "attribute", "subscript")


def check(context: Context) -> Iterable[Finding]:
    """Members of such a call's result, and of a failed ``as``."""
    for call in calls(context.doc):
        if call.receiver is not None and _may_be_nothing(call) and _is_taken_apart(call.node):
            yield Finding(call.node, f"{call.name} may find nothing; a member of that throws")
    for node in context.doc.all("as_expression"):
        outer = node.parent
        wrapped = outer is not None and outer.type == "parenthesized_expression"
        if wrapped and outer is not None and _is_taken_apart(outer):
            yield Finding(node, "as gives null where it fails; a member of that throws")


def _may_be_nothing(call: Call) -> bool:
    if call.node.doc.language is Language.PYTHON:
        return _is_python_search(call) and call.node.inside("try_statement") is None
    if function_argument(call) is not None:
        names = _FINDS if call.node.doc.language is Language.JAVASCRIPT else _DEFAULTS
        return call.name in names and len(call.args) == 1
    csharp = call.node.doc.language is Language.CSHARP
    return csharp and call.name.endswith("OrDefault") and call.name in _DEFAULTS and not call.args


def _is_python_search(call: Call) -> bool:
    assert call.receiver is not None
    if call.receiver.text == "re":
        return call.name in ("match", "search", "fullmatch")
    return call.name == "get" and len(call.args) == 1 and kind_of(call.receiver) == "dict"


def _is_taken_apart(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type not in _MEMBERS:
        return False
    if parent.type == "subscript":
        return node.field == "value"
    holder, name = parent.get("object") or parent.get("expression"), parent.get("property")
    name = name or parent.get("name") or parent.get("attribute")
    if holder is None or bare(holder) is not bare(node) or parent.has("optional_chain", "?."):
        return False
    return name is not None and name.text not in _OF_VALUES


RULE = Rule(
    id="default-dereferenced",
    languages=JAVASCRIPT | CSHARP | PYTHON,
    question="What if nothing matches?",
    doc=__doc__,
    check=check,
)
