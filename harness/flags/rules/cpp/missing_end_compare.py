"""What find gives is used without asking whether it found anything.

Why: without a find it is end(), which points to nothing: reading it is anything.

Bad:
    auto it = ages.find(name);
    return it->second;

Good:
    auto it = ages.find(name);
    return it == ages.end() ? 0 : it->second;

Known misses: other searches, such as lower_bound. A function that also asks count or contains is
not flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.kinds import declared_type, kind_of
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_assign, as_call, bare, calls
from harness.syntax.tree import Node

_FINDS = frozenset({"find", "find_if", "find_if_not"})
_ASKED = re.compile(
    r"\b(?:count|contains|any_of)\s*\(|\.\s*end\s*\(\s*\)\s*[!=]=|[!=]=\s*\w+\.end\b"
)


def check(context: Context) -> Iterable[Finding]:
    """Finds that are read at once, and variables of one that are read and never compared."""
    for call in calls(context.doc):
        if call.name not in _FINDS or _is_text(call.receiver) or not call.args:
            continue
        around = context.scopes.function_at(call.node)
        if around is None or _ASKED.search(around.node.text):
            continue
        if _is_read(call.node):
            yield Finding(call.node, f"{call.name} may have found nothing")
            continue
        variable = _kept(call.node, context)
        read = next((one for one in variable.reads if _is_read(one)), None) if variable else None
        if variable is not None and read is not None and not _is_asked(variable):
            yield Finding(read, f"{variable.name} may be end(): {call.name} may find nothing")


def _is_text(receiver: Node | None) -> bool:
    return receiver is not None and kind_of(receiver) == "str"


def _is_read(node: Node) -> bool:
    """``*it``, ``it->x``."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "pointer_expression":
        return parent.has("*")
    return parent.type == "field_expression" and node.field == "argument" and parent.has("->")


def _kept(node: Node, context: Context) -> Variable | None:
    assign = as_assign(node.parent) if node.parent is not None else None
    if assign is None or not assign.declares or bare(assign.value) is not node:
        return None
    variable = context.scopes.variable_of(assign.target)
    if variable is None or len(variable.writes) != 1:
        return None
    written = declared_type(variable)
    return variable if not written or "iterator" in written else None


def _is_asked(variable: Variable) -> bool:
    """Whether it is compared, or handed on to where it may be."""
    for read in variable.reads:
        parent = read.parent
        if parent is None or parent.type in ("binary_expression", "return_statement"):
            return True
        call = as_call(parent.parent) if parent.parent is not None else None
        if parent.type == "argument_list" and (call is None or call.name != "erase"):
            return True
    return False


RULE = Rule(
    id="missing-end-compare",
    languages=CPP,
    question="What if nothing is found?",
    doc=__doc__,
    check=check,
)
