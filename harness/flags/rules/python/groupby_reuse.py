"""A group of itertools.groupby is kept or gone through twice.

Why: a group lives only until the next one is asked for, and can be gone through once: later it is
empty.

Bad:
    groups = {key: group for key, group in groupby(words, len)}

Good:
    groups = {key: list(group) for key, group in groupby(words, len)}

Known misses: groups that are handed to other functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.scopes import loop_around
from harness.syntax.shapes import as_assign, as_call, calls
from harness.syntax.tree import Node

_ALL_AT_ONCE = frozenset({"list", "dict", "sorted", "tuple", "reversed"})
_KEEPING = frozenset({"append", "add", "insert", "appendleft", "setdefault"})
_GROUPS = frozenset({"tuple", "list", "pair", "dictionary", "parenthesized_expression"})
_MADE = ("list_comprehension", "set_comprehension", "dictionary_comprehension")


def check(context: Context) -> Iterable[Finding]:
    """Groups that are read after their turn."""
    for call in calls(context.doc):
        if call.name != "groupby" or not _is_itertools(context, call.receiver):
            continue
        holder = call.node.parent.parent if call.node.parent is not None else None
        outer = as_call(holder) if holder is not None else None
        if outer is not None and outer.receiver is None and outer.name in _ALL_AT_ONCE:
            yield Finding(call.node, f"{outer.name} asks for all groups, which empties each")
        yield from _groups(context, call.node)


def _is_itertools(context: Context, receiver: Node | None) -> bool:
    if receiver is not None:
        return receiver.text == "itertools"
    return "itertools" in context.doc.source


def _groups(context: Context, call: Node) -> Iterable[Finding]:
    """Uses of the group's name in the loop or comprehension over a groupby."""
    clause = call.parent
    if clause is None or clause.type not in ("for_statement", "for_in_clause"):
        return
    target = clause.get("left")
    names = target.parts if target is not None else []
    variable = context.scopes.variable_of(names[1]) if len(names) == 2 else None
    if variable is None or len(variable.writes) != 1:  # group = list(group)
        return
    reads = [one for one in variable.reads if one.within(clause.parent or clause)]
    kept = next((one for one in reads if _is_kept(one)), None)
    if kept is not None:
        yield Finding(kept, f"{kept.text} is empty once the next group is asked for")
    elif clause.type == "for_statement":
        again = _second(reads, clause)
        if again is not None:
            yield Finding(again, f"{again.text} was gone through above and is empty here")


def _is_kept(node: Node) -> bool:
    while node.parent is not None and node.parent.type in _GROUPS:
        node = node.parent
    parent = node.parent
    if parent is None:
        return False
    if parent.type in _MADE and node.field == "body":
        return True
    assign = as_assign(parent)
    if assign is not None:
        return assign.value is node and assign.target.type == "subscript"
    call = as_call(parent.parent) if parent.parent is not None else None
    return call is not None and call.receiver is not None and call.name in _KEEPING


def _second(reads: list[Node], loop: Node) -> Node | None:
    """The second read of a group, in the same row of statements as one that used it up."""
    used = [one for one in reads if _uses_up(one)]
    first = next((one for one in used if loop_around(one) in (loop, None) or _heads(one)), None)
    if first is None:
        return None
    block = _statement(first, loop)
    return next((one for one in used if one.start > first.start
                 and _statement(one, loop) is not block), None)  # fmt: skip


def _uses_up(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type in ("for_statement", "for_in_clause"):
        return node.field == "right"
    call = as_call(parent.parent) if parent is not None and parent.parent is not None else None
    return call is not None and call.receiver is None and call.name != "next"


def _heads(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "for_statement"


def _statement(node: Node, loop: Node) -> Node:
    """The statement of the loop's body that a node is in."""
    body = loop.get("body")
    for above in (node, *node.ancestors):
        if above.parent is body:
            return above
    return node


RULE = Rule(
    id="groupby-reuse",
    languages=PYTHON,
    question="Should the group be made a list first?",
    doc=__doc__,
    check=check,
)
