"""Something is assigned to itself.

Why: nothing changes; one side was meant to be another: `this.size = size`, not `size = size`.

Bad (csharp):
    public Box(int size) { size = size; }

Good (csharp):
    public Box(int size) { this.size = size; }

Known misses: assignments to itself by another name.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.shapes import Assign, assignments, is_pure


def check(context: Context) -> Iterable[Finding]:
    """Plain assignments whose sides are the same and have no effects."""
    for one in assignments(context.doc):
        equal = one.op == "=" and one.target.text == one.value.text
        if equal and is_pure(one.value) and not _is_meant(one):
            yield Finding(one.node, f"{one.target.text} is assigned to itself")


def _is_meant(one: Assign) -> bool:
    """A class or module that takes a name from outside, a default, a reload of the page."""
    if one.target.text.endswith("location") or one.target.type in ("object_pattern",
                                                                   "array_pattern"):  # fmt: skip
        return True
    around = one.node.inside("class_definition", "function_definition", "lambda_expression",
                             "class_body", "field_declaration", "object")  # fmt: skip
    if one.node.doc.language is Language.PYTHON:
        return around is None or around.type == "class_definition"
    return False


RULE = Rule(
    id="self-assignment",
    languages=PROCEDURAL,
    question="Which value was to be stored where?",
    doc=__doc__,
    check=check,
)
