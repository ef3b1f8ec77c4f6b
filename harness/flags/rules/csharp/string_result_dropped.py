"""A text is changed and the changed text dropped.

Why: strings never change; Replace, Trim and the like give a new one.

Bad:
    name.Trim();

Good:
    name = name.Trim();

Known misses: Replace, Insert and Remove on what the program does not show to be a string, which
may be a StringBuilder.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import is_discarded
from harness.flags.rule import CSHARP, Context, Finding, Rule
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import calls

_OF_STRINGS = frozenset({"Trim", "TrimEnd", "TrimStart", "ToUpper", "ToLower", "ToUpperInvariant",
                         "ToLowerInvariant", "Substring", "PadLeft", "PadRight"})  # fmt: skip
_SHARED = frozenset({"Replace", "Insert", "Remove"})


def check(context: Context) -> Iterable[Finding]:
    """Calls of such methods as statements."""
    own = {one.name for one in context.scopes.functions}
    for call in calls(context.doc):
        if call.receiver is None or call.name in own or not is_discarded(call.node):
            continue
        is_string = call.name in _SHARED and kind_of(call.receiver) == "str"
        if call.name in _OF_STRINGS or is_string:
            yield Finding(call.node, f"{call.name} gives a new text, which is dropped")


RULE = Rule(
    id="string-result-dropped",
    languages=CSHARP,
    question="Where should the changed text go?",
    doc=__doc__,
    check=check,
)
