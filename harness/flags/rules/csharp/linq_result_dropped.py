"""A query is written and its result dropped.

Why: Where, OrderBy and the like change nothing; they give a new sequence, which is not even made
until somebody reads it.

Bad:
    names.OrderBy(name => name.Length);

Good:
    names = names.OrderBy(name => name.Length).ToList();

Known misses: results that are kept but never read.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import is_discarded
from harness.flags.rule import CSHARP, Context, Finding, Rule
from harness.syntax.shapes import calls

_QUERIES = frozenset({
    "Where", "Select", "SelectMany", "OrderBy", "OrderByDescending", "ThenBy", "Distinct", "Skip",
    "ThenByDescending", "Take", "SkipWhile", "TakeWhile", "Concat", "Union", "Except", "Intersect",
    "GroupBy", "Cast", "OfType", "Append", "Prepend", "Zip",
})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Calls of LINQ as statements; methods of the program itself may do something."""
    own = {one.name for one in context.scopes.functions}
    for call in calls(context.doc):
        if call.name not in _QUERIES or call.receiver is None or call.name in own:
            continue
        # StringBuilder.Append and its like change what they are called on.
        if call.name in ("Append", "Prepend") or not is_discarded(call.node):
            continue
        yield Finding(call.node, f"{call.name} changes nothing; its result is dropped")


RULE = Rule(
    id="linq-result-dropped",
    languages=CSHARP,
    question="Who uses this result?",
    doc=__doc__,
    check=check,
)
