"""Short ways to ask a program in a test."""

from __future__ import annotations

from harness.models import Language
from harness.syntax.scopes import Function, Scopes, Variable, scopes
from harness.syntax.tree import Document, Node, document

PYTHON, JAVASCRIPT, CPP, CSHARP = (
    Language.PYTHON,
    Language.JAVASCRIPT,
    Language.CPP,
    Language.CSHARP,
)


def program(language: Language, source: str) -> Document:
    found = document(language, source)
    assert found is not None
    return found


def names(language: Language, source: str) -> Scopes:
    return scopes(program(language, source))


def variable(found: Scopes, name: str, number: int = 0) -> Variable:
    return [one for one in found.variables if one.name == name][number]


def function(found: Scopes, name: str) -> Function:
    return next(one for one in found.functions if one.name == name)


def counts(found: Scopes, name: str, number: int = 0) -> tuple[int, int]:
    """How often a name is read and written."""
    one = variable(found, name, number)
    return len(one.reads), len(one.writes)


def unresolved(found: Scopes) -> list[str]:
    return [node.text for node in found.unresolved]


def first(doc: Document, text: str) -> Node:
    """The first, outermost node with exactly this text."""
    return next(node for node in doc.root.walk() if node.text == text)
