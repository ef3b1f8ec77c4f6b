"""The middle of two ints is their sum halved, and one starts near the largest int.

Why: the sum does not fit into an int; the middle becomes negative.

Bad (cpp):
    int low = 0, high = INT_MAX;
    int middle = (low + high) / 2;

Bad (csharp):
    int low = 0, high = int.MaxValue;
    int middle = (low + high) / 2;

Good (cpp):
    int middle = low + (high - low) / 2;

Good (csharp):
    int middle = low + (high - low) / 2;

Known misses: bounds that come from a parameter. Indices of an array cannot be that large, and are
not flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._number_types import variable_type
from harness.flags.rule import CPP, CSHARP, Context, Finding, Rule
from harness.syntax.constants import bounds, fold
from harness.syntax.scopes import scopes
from harness.syntax.shapes import as_assign, as_binary, bare, binaries
from harness.syntax.tree import Node

_LARGEST = re.compile(
    r"INT_MAX|int\.MaxValue|Int32\.MaxValue|(?:std::)?numeric_limits<int>::max\(\)"
)
_HALF_OF_INTS = 2**30


def check(context: Context) -> Iterable[Finding]:
    """Halved sums of two names of which one is given a huge value."""
    for one in binaries(context.doc):
        sum_, half = as_binary(bare(one.left)), fold(one.right)
        if one.op not in ("/", ">>") or sum_ is None or sum_.op != "+" or half is None:
            continue
        if half.value == (2 if one.op == "/" else 1) and _is_int_sum(sum_.left, sum_.right):
            yield Finding(one.node, "this sum is larger than an int can be")


def _is_int_sum(*sides: Node) -> bool:
    found = [scopes(side.doc).variable_of(bare(side)) for side in sides]
    known = [one for one in found if one is not None and variable_type(one) == "int"]
    return len(known) == len(sides) and any(
        _is_huge(write) for one in known for write in one.writes
    )


def _is_huge(write: Node) -> bool:
    assign = as_assign(write.parent) if write.parent is not None else None
    if assign is None or assign.target is not write:
        return False
    low = bounds(assign.value).low
    return _LARGEST.match(assign.value.text) is not None or (low is not None
                                                             and low > _HALF_OF_INTS)  # fmt: skip


RULE = Rule(
    id="midpoint-overflow",
    languages=CPP | CSHARP,
    question="What is this sum in the second round?",
    doc=__doc__,
    check=check,
)
