"""Loops, conditions and blocks, alike in every language.

for one in loops(doc):       one.kind, one.condition, one.update, one.iterable, one.body
for one in branches(doc):    one.condition, one.then, one.otherwise
for one in statements(body): the statements of a block
for row in rows(doc):        the statements of every block and of every case
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.models import Language
from harness.syntax.shapes import bare
from harness.syntax.tree import Document, Node


@dataclass(frozen=True, slots=True)
class Loop:
    """kind: for (three parts) | each | while | do."""

    node: Node
    kind: str
    body: Node | None
    init: Node | None = None
    condition: Node | None = None
    update: Node | None = None
    target: Node | None = None
    iterable: Node | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """An ``if`` or ``elif``; otherwise: the block, or the next Branch's node in an else-if."""

    node: Node
    condition: Node
    then: Node | None
    otherwise: Node | None


def as_loop(node: Node) -> Loop | None:
    """The shape of a loop (comprehensions are none)."""
    body, condition = node.get("body"), node.get("condition")
    if node.type == "while_statement":
        return Loop(node, "while", body, condition=condition and bare(condition))
    if node.type == "do_statement":
        return Loop(node, "do", body, condition=condition and bare(condition))
    if node.type in ("for_in_statement", "for_range_loop", "foreach_statement") or (
        node.type == "for_statement" and node.doc.language is Language.PYTHON
    ):
        target = node.get("left") or node.get("declarator")
        return Loop(node, "each", body, target=target, iterable=node.get("right"))
    if node.type == "for_statement":
        update = node.get("update") or node.get("increment")
        if condition is not None and condition.type == "empty_statement":  # for (;;)
            condition = None
        return Loop(node, "for", body, node.get("initializer"), condition, update)
    return None


def loops(doc: Document) -> Iterator[Loop]:
    """Loop statements."""
    return doc.once("loops", _loops)


def _loops(doc: Document) -> Iterator[Loop]:
    for node in doc.all("for_statement", "while_statement", "do_statement", "for_in_statement",
                        "for_range_loop", "foreach_statement"):  # fmt: skip
        found = as_loop(node)
        if found is not None:
            yield found


def as_branch(node: Node) -> Branch | None:
    """The shape of an ``if``; in Python each ``elif`` is a branch of its own."""
    condition = node.get("condition")
    if node.type not in ("if_statement", "elif_clause") or condition is None:
        return None
    if node.doc.language is Language.PYTHON:
        otherwise = _python_else(node)
    else:
        otherwise = node.get("alternative")
    if otherwise is not None and otherwise.type == "else_clause":
        otherwise = otherwise.get("body") or next(iter(otherwise.parts), None)
    return Branch(node, bare(condition), node.get("consequence"), otherwise)


def _python_else(node: Node) -> Node | None:
    if node.type == "if_statement":
        return node.get("alternative")
    siblings = node.parent.all("alternative") if node.parent is not None else []
    at = next((n for n, one in enumerate(siblings) if one is node), len(siblings))
    return siblings[at + 1] if at + 1 < len(siblings) else None


def branches(doc: Document) -> Iterator[Branch]:
    """Every ``if`` and ``else if``."""
    return doc.once("branches", _branches)


def _branches(doc: Document) -> Iterator[Branch]:
    for node in doc.all("if_statement", "elif_clause"):
        found = as_branch(node)
        if found is not None:
            yield found


def is_else_if(node: Node) -> bool:
    """Whether an ``if`` is the else-if of another (an ``elif`` always is)."""
    above = node.parent
    return above is not None and (
        node.type == "elif_clause"
        or above.type == "else_clause"
        or (above.type == "if_statement" and node.field == "alternative")
    )


def statements(block: Node | None) -> list[Node]:
    """Statements of a block; a single statement without braces is a block of one."""
    if block is None:
        return []
    if block.type in ("block", "statement_block", "compound_statement", "module", "program"):
        return [one for one in block.parts if one.type != "empty_statement"]
    return [block]


_CASES = ("switch_case", "switch_default", "case_statement", "switch_section")
_BLOCKS = ("block", "statement_block", "compound_statement", "module", "program")
_SIDE = frozenset({"value", "label"})


def rows(doc: Document) -> Iterator[list[Node]]:
    """Statements that follow one another: those of every block and of every case of a switch."""
    for block in doc.all(*_BLOCKS):
        yield statements(block)
    for case in doc.all(*_CASES):
        yield [
            one
            for one in case.parts
            if one.field not in _SIDE and one.type.endswith(("statement", "declaration"))
        ]
