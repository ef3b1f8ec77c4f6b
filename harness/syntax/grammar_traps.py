"""What a grammar gets wrong in right programs, put right in our copy of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.models import Language

if TYPE_CHECKING:
    from harness.syntax.tree import Document, Node


def put_right(doc: Document) -> None:
    """Change the tree where the grammar is known to misread."""
    if doc.language is Language.CSHARP:
        for node in list(doc.by_type.get("declaration_expression", ())):
            _product(doc, node)


def _product(doc: Document, node: Node) -> None:
    """C#: ``Add(i * j)`` is read as a declaration of j, a pointer to i."""
    type_, name = node.get("type"), node.get("name")
    if type_ is None or name is None or type_.type != "pointer_type":
        return
    if node.parent is None or node.parent.has("out", "ref", "in") or len(type_.children) != 2:
        return
    left, star = type_.children
    left.field, star.field, name.field = "left", "operator", "right"
    left.parent = star.parent = node
    node.children = [left, star, name]
    node.type = "binary_expression"
    doc.by_type["declaration_expression"].remove(node)
    doc.by_type["pointer_type"].remove(type_)
    doc.by_type.setdefault("binary_expression", []).append(node)
    doc.by_type["binary_expression"].sort(key=lambda one: one.start)
