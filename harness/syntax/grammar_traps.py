"""What a grammar gets wrong in right programs, put right in our copy of the tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from harness.models import Language

if TYPE_CHECKING:
    from harness.syntax.tree import Document, Node

_TYPE = re.compile(r"(?:int|char|bool|float|double|void|long|short|unsigned|signed|const|[*&\s])+")


def put_right(doc: Document) -> None:
    """Change the tree where the grammar is known to misread."""
    if doc.language is Language.CSHARP:
        for node in list(doc.by_type.get("declaration_expression", ())):
            _product(doc, node)
    elif doc.language is Language.CPP and doc.errors:
        doc.errors = [one for one in doc.errors if not _is_type_argument(one)]


def _is_type_argument(node: Node) -> bool:
    """C++: ``typeid(int)``, and macros that take types."""
    parent = node.parent
    return (
        parent is not None
        and parent.type == "argument_list"
        and node.type == "ERROR"
        and _TYPE.fullmatch(node.text) is not None
    )


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
