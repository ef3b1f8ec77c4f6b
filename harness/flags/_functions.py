"""Functions handed to calls, and names as they are seen from a place."""

from __future__ import annotations

from harness.syntax.scopes import Function, Variable, scopes
from harness.syntax.shapes import Call
from harness.syntax.tree import Document, Node


def function_argument(call: Call, index: int = 0) -> Function | None:
    """The function written out as a positional argument; None where it is only named."""
    if index >= len(call.args):
        return None
    node = call.args[index]
    return scopes(node.doc).functions_by_node.get(id(node))


def visible(doc: Document, name: str, place: Node) -> Variable | None:
    """The variable that a name would stand for at a place."""
    found: Variable | None = None
    for variable in scopes(doc).variables:
        if variable.name == name and place.within(variable.scope.node):
            found = variable
    return found


def is_discarded(node: Node) -> bool:
    """Whether nobody uses an expression's value."""
    return node.parent is not None and node.parent.type == "expression_statement"
