"""remove or unique is called and its result dropped.

Why: they only move what stays to the front and give the new end; the container keeps its size,
with leftovers behind.

Bad:
    std::remove(v.begin(), v.end(), 0);

Good:
    v.erase(std::remove(v.begin(), v.end(), 0), v.end());

Known misses: results that are kept but never given to erase.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import is_discarded
from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.shapes import calls

_MOVES = frozenset({"remove", "remove_if", "unique"})


def check(context: Context) -> Iterable[Finding]:
    """Such calls on a range, as statements."""
    for call in calls(context.doc):
        on_range = len(call.args) >= 2 and call.args[0].text.endswith("begin()")
        if call.name in _MOVES and on_range and is_discarded(call.node):
            yield Finding(call.node, f"{call.name} leaves the size as it is")


RULE = Rule(
    id="remove-without-erase",
    languages=CPP,
    question="How large is the container after this?",
    doc=__doc__,
    check=check,
)
