"""Elements of containers, and changes made to a container through its name.

as_element(node)      ``values[i]`` in every language: .base, .index
change_of(name)       the statement or expression that changes what a name holds, or None
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.syntax.shapes import as_assign, as_call, bare
from harness.syntax.tree import Node

_ELEMENTS = frozenset({"subscript", "subscript_expression", "element_access_expression"})
_PATHS = frozenset({
    *_ELEMENTS, "attribute", "member_expression", "field_expression", "member_access_expression",
    "parenthesized_expression",
})  # fmt: skip
_HOLDERS = frozenset({"object", "value", "argument", "expression"})
_TARGETS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "array_pattern"})
# Methods that change what they are called on.
MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "add", "discard",
    "update", "setdefault", "popitem", "appendleft", "extendleft", "popleft", "subtract",
    "intersection_update", "difference_update", "symmetric_difference_update", "rotate",
    "push", "shift", "unshift", "splice", "fill", "copyWithin", "set", "delete",
    "push_back", "emplace_back", "pop_back", "push_front", "pop_front", "emplace", "erase",
    "assign", "resize", "swap", "emplace_front", "insert_or_assign", "try_emplace", "reserve",
    "Add", "AddRange", "Insert", "InsertRange", "Remove", "RemoveAt", "RemoveAll", "RemoveRange",
    "Clear", "Sort", "Reverse", "Push", "Pop", "Enqueue", "Dequeue", "AddFirst", "AddLast",
    "RemoveFirst", "RemoveLast", "TryAdd", "UnionWith", "IntersectWith", "ExceptWith", "Append",
    "AppendLine", "Replace",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Element:
    """``base[index]``."""

    node: Node
    base: Node
    index: Node


def as_element(node: Node) -> Element | None:
    """The shape of an access by one index; None for slices and for several."""
    if node.type not in _ELEMENTS:
        return None
    base = (node.get("value") or node.get("object") or node.get("argument")
            or node.get("expression"))  # fmt: skip
    held = node.all("subscript") or node.all("index") or node.all("indices")
    if base is None or len(held) != 1:
        return None
    index = held[0]
    if index.type in ("subscript_argument_list", "bracketed_argument_list"):
        if len(index.parts) != 1:
            return None
        index = index.parts[0]
    index = bare(index)
    return None if index.type in ("slice", "range_expression") else Element(node, base, index)


def _end_of_path(name: Node) -> Node:
    """``name.a[i].b`` around a name that begins it."""
    node = name
    while (
        node.parent is not None
        and node.parent.type in _PATHS
        and (node.field in _HOLDERS or node.parent.type == "parenthesized_expression")
    ):
        node = node.parent
    return node


def change_of(name: Node) -> Node | None:
    """What changes the thing a name holds: an element set or deleted, a method that changes it."""
    path = _end_of_path(name)
    holder = path.parent
    if holder is None:
        return None
    if path is not name and path.field == "function":
        call = as_call(holder)
        return holder if call is not None and call.name in MUTATORS else None
    if path is name:
        return None
    while holder.type in _TARGETS and holder.parent is not None:
        path, holder = holder, holder.parent
    assign = as_assign(holder)
    if assign is not None:
        return holder if assign.target is path else None
    deletes = holder.type in ("delete_statement", "update_expression", "postfix_unary_expression")
    prefix = holder.type in ("unary_expression", "prefix_unary_expression", "delete_expression")
    if deletes or (prefix and holder.has("delete", "++", "--")):
        return holder
    return None
