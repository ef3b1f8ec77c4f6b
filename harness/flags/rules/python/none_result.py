"""The result of a method that changes a list in place is used: it is None.

Why: `sort`, `append`, `reverse` and their like return nothing; the list itself was meant.

Bad:
    def ordered(values):
        return values.sort()

Good:
    def ordered(values):
        return sorted(values)

Known misses: methods of that name on values that may be something else than a list, set or dict;
`seen.add(x)` as an operand of `or`, which is a known trick.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._locals import value_of
from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.kinds import kind_of
from harness.syntax.scopes import scopes
from harness.syntax.shapes import Call, as_assign, calls
from harness.syntax.tree import Node

_PLAIN = frozenset({"sort", "reverse"})  # no usual type but the list has them
_OF_KIND = {
    "list": frozenset({"append", "extend", "insert", "remove", "clear", "sort", "reverse"}),
    "set": frozenset({"add", "discard", "remove", "update", "clear"}),
    "dict": frozenset({"update", "clear"}),
}
_FOREIGN = re.compile(
    r"\bimport\s+(?:pandas|numpy|polars|pymongo|django)|\bfrom\s+(?:pandas|numpy)"
)
_USES = frozenset({"assignment", "return_statement", "argument_list", "subscript", "attribute",
                   "for_statement", "comparison_operator", "binary_operator", "keyword_argument",
                   "augmented_assignment", "for_in_clause", "pair", "tuple", "if_statement",
                   "elif_clause", "while_statement", "not_operator"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Such calls where a value is wanted."""
    foreign = _FOREIGN.search(context.doc.source) is not None
    own = {one.name for one in context.scopes.functions}
    for call in calls(context.doc):
        if call.receiver is None or call.name in own or not _is_used(call.node):
            continue
        shuffles = call.receiver.text == "random" and call.name == "shuffle"
        if shuffles or (_is_of_list(call) and not foreign):
            yield Finding(call.node, f"{call.name} changes its object and returns None")


def _is_used(node: Node) -> bool:
    while node.parent is not None and node.parent.type == "parenthesized_expression":
        node = node.parent
    parent = node.parent
    if parent is None or parent.type not in _USES:
        return False
    return parent.type != "assignment" or node.field == "right"


def _is_of_list(call: Call) -> bool:
    assert call.receiver is not None
    if call.name in _OF_KIND.get(kind_of(call.receiver), ()):
        return True
    if call.name in _OF_KIND["list"] and _replaces_itself(call):
        return True
    if call.name not in _PLAIN or call.args:
        return False
    receiver = call.receiver
    if receiver.type != "identifier":
        return receiver.type in ("attribute", "subscript") and call.name == "sort"
    variable = scopes(receiver.doc).variable_of(receiver)
    return variable is not None and variable.kind in ("param", "local", "loop", "global")


def _replaces_itself(call: Call) -> bool:
    """``found = found.append(x)`` of what was a list elsewhere."""
    assign = as_assign(call.node.parent) if call.node.parent is not None else None
    if assign is None or call.receiver is None or assign.target.text != call.receiver.text:
        return False
    variable = scopes(call.node.doc).variable_of(assign.target)
    return variable is not None and any(
        kind_of(value_of(write)) == "list" for write in variable.writes
    )


RULE = Rule(
    id="none-result",
    languages=PYTHON,
    question="What does this method return?",
    doc=__doc__,
    check=check,
)
