"""parseInt itself is handed to map.

Why: map calls it with the index as second argument, which parseInt takes for the base:
["7", "7", "7"] becomes 7, NaN, NaN.

Bad:
    const numbers = parts.map(parseInt);

Good:
    const numbers = parts.map((part) => parseInt(part, 10));

Known misses: parseInt under another name. A missing base alone is not flagged: decimal is the
default for everything but texts that begin with 0x.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.shapes import calls

_WITH_INDEX = frozenset({"map", "flatMap", "from"})


def check(context: Context) -> Iterable[Finding]:
    """Callbacks that get an index and are parseInt."""
    for call in calls(context.doc):
        place = 1 if call.name == "from" else 0
        if call.name not in _WITH_INDEX or call.receiver is None or len(call.args) <= place:
            continue
        if call.args[place].text in ("parseInt", "Number.parseInt"):
            yield Finding(call.args[place], "parseInt gets the index as its base here")


RULE = Rule(
    id="parse-int-callback",
    languages=JAVASCRIPT,
    question="What does this give for the second element?",
    doc=__doc__,
    check=check,
)
