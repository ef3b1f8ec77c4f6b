"""accumulate starts with an int where the elements are larger.

Why: the sum has the type of the start: with 0 every partial sum is cut to an int.

Bad:
    std::vector<double> prices;
    double total = std::accumulate(prices.begin(), prices.end(), 0);

Good:
    std::vector<double> prices;
    double total = std::accumulate(prices.begin(), prices.end(), 0.0);

Known misses: containers of which the program does not show the elements.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._number_types import element_type, number_type
from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.scopes import scopes
from harness.syntax.shapes import as_call, calls
from harness.syntax.tree import Node

_NAMES = {"float": "floating", "long": "64 bits"}


def check(context: Context) -> Iterable[Finding]:
    """Calls of accumulate and reduce whose start is an int, over other elements."""
    for call in calls(context.doc):
        if call.name not in ("accumulate", "reduce") or len(call.args) < 3:
            continue
        elements = _NAMES.get(_elements(call.args[0]), "")
        if elements and number_type(call.args[2]) == "int":
            message = f"the sum is an int, as {call.args[2].text} is; the elements are {elements}"
            yield Finding(call.args[2], message)


def _elements(begin: Node) -> str:
    call = as_call(begin)
    holder = call.receiver if call is not None and call.name in ("begin", "cbegin") else None
    variable = scopes(begin.doc).variable_of(holder) if holder is not None else None
    return element_type(variable) if variable is not None else ""


RULE = Rule(
    id="accumulate-type",
    languages=CPP,
    question="Of which type are the partial sums?",
    doc=__doc__,
    check=check,
)
