"""What the Python grammar accepts and Python does not: odd indents, stray returns."""

from __future__ import annotations

import re

from tree_sitter import Node

_COMPOUND = re.compile(r"_statement$|_definition$|_clause$|^block$")


def bad_layout(root: Node) -> Node | None:
    """First statement the grammar accepts and Python does not: odd indent, stray return."""
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, in_function = stack.pop()
        body = node.type in ("block", "module")
        column: int | None = 0 if node.type == "module" else None
        last_row = -1
        for child in node.named_children:
            if body and child.type != "comment":
                row, at = child.start_point
                if column is None:
                    column = at
                if row != last_row and at != column:
                    return child
                last_row = child.end_point[0]
            if child.type == "return_statement" and not in_function:
                return child
            if (_COMPOUND.search(child.type) and child.child_count > 1) or child.type == "block":
                inside = in_function or child.type == "function_definition"
                stack.append((child, inside))
    return None
