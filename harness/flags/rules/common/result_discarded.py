"""A call that only computes a result stands alone, and the result is lost.

Why: texts are never changed in place, `sorted` sorts a copy, `v.empty()` empties nothing.

Bad:
    def clean(word):
        word.strip()
        return word

Good:
    def clean(word):
        return word.strip()

Known misses: methods that other types have with an effect, where the type is not plain to see.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._effects import is_pure_call, may_repeat
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.shapes import calls
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Calls without effects that are statements."""
    for call in calls(context.doc):
        parent = call.node.parent
        if parent is None or parent.type != "expression_statement" or not is_pure_call(call):
            continue
        if not may_repeat(call.node) or _is_probe(call.node):
            continue
        yield Finding(call.node, f"{call.name} changes nothing, and its result is not used")


def _is_probe(node: Node) -> bool:
    """A call that is made to see whether it fails, or shown at the end of a file."""
    if node.inside("try_statement") is not None:
        return True
    statement = node.parent
    if node.doc.language is Language.PYTHON and node.inside("with_statement") is not None:
        return True
    top = statement.parent if statement is not None else None
    return top is not None and top.type in ("module", "program") and top.parts[-1] is statement


RULE = Rule(
    id="result-discarded",
    languages=PROCEDURAL,
    question="Where should the result go?",
    doc=__doc__,
    check=check,
)
