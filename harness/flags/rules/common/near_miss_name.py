"""A name that is only written looks like a misspelling of another that is read.

Why: the value goes into a new variable instead of the one that counts.

Bad:
    def longest(words):
        result = ""
        for word in words:
            if len(word) > len(result):
                reslut = word
        return result

Good:
    def longest(words):
        result = ""
        for word in words:
            if len(word) > len(result):
                result = word
        return result

Known misses: short names, names that differ in a letter or a digit, singular and plural.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._locals import alike, plain_locals, unread
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.shapes import as_assign
from harness.syntax.tree import Node

_SELF = {Language.PYTHON: ("attribute", "object", "attribute", "self"),
         Language.JAVASCRIPT: ("member_expression", "object", "property", "this")}  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Locals that nothing reads, and fields of ``self`` or ``this`` that nothing sets."""
    for variable in plain_locals(context):
        function = variable.function
        if function is None or not unread(variable):
            continue
        read = {one.name for one in function.variables if one.reads and one is not variable}
        other = alike(variable.name, read)
        if other:
            yield _finding(variable.writes[0], variable.name, other)
    for node, name, other in _fields(context):
        yield _finding(node, name, other)


def _finding(node: Node, name: str, other: str) -> Finding:
    return Finding(node, f"{name} looks like {other}", f"Is {name} meant to be {other}?")


def _fields(context: Context) -> Iterator[tuple[Node, str, str]]:
    """(place, name, the name it resembles) of fields that are read and defined nowhere."""
    shape = _SELF.get(context.language)
    if shape is None:
        return
    kind, holder, field, me = shape
    used: dict[str, Node] = {}
    known: set[str] = {one.name for one in context.scopes.functions}
    for node in context.doc.all(kind):
        base, name = node.get(holder), node.get(field)
        if base is None or name is None or base.text != me:
            continue
        assign = as_assign(node.parent) if node.parent is not None else None
        written = node.parent is not None and (
            (assign is not None and assign.target is node) or node.parent.type.endswith("pattern")
            or node.parent.type == "pattern_list"
        )  # fmt: skip
        if written:
            known.add(name.text)
        else:
            used.setdefault(name.text, name)
    known.update(one.name for one in context.scopes.variables)
    for text, node in used.items():
        other = alike(text, known) if text not in known else ""
        if other:
            yield node, text, other


RULE = Rule(
    id="near-miss-name",
    languages=PROCEDURAL,
    question="Is this name spelled as it was meant?",
    doc=__doc__,
    check=check,
)
