"""A loop ends at size() minus something, and the container may be smaller than that.

Why: size() is unsigned: 1 - 2 is the largest number of all, and the loop runs over the end.

Bad:
    for (size_t i = 0; i < v.size() - 2; i++)

Good:
    for (size_t i = 0; i + 2 < v.size(); i++)

Known misses: size() - 1, unless the prompt speaks of empty input: in right programs it is common;
sizes that are kept in a variable first; functions that ask anywhere how large the container is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._number_types import number_type
from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.blocks import loops
from harness.syntax.constants import fold, length_of
from harness.syntax.scopes import scopes
from harness.syntax.shapes import as_binary, bare, comparisons
from harness.syntax.tree import Node

_ORDER = frozenset({"<", "<="})
_EMPTY = re.compile(r"(?<!non-)(?<!non )(?<!not )\bempty\b", re.IGNORECASE)


def check(context: Context) -> Iterable[Finding]:
    """Loop conditions with such a bound, for parameters whose size is asked nowhere else."""
    for loop in loops(context.doc):
        comparison = as_binary(loop.condition) if loop.condition is not None else None
        if comparison is None or comparison.op not in _ORDER:
            continue
        bound = as_binary(bare(comparison.right))
        if bound is None or bound.op != "-" or number_type(bound.left) != "size":
            continue
        less, holder = fold(bound.right), length_of(bound.left)
        if less is None or not isinstance(less.value, int) or holder is None:
            continue
        if less.value < (1 if _speaks_of_empty(context) else 2):
            continue
        if _is_parameter(holder) and not _is_guarded(holder, comparison.node):
            message = f"{bound.node.text} is huge when {holder.text} is shorter"
            yield Finding(bound.node, message)


def _speaks_of_empty(context: Context) -> bool:
    return context.task is not None and _EMPTY.search(context.task.prompt) is not None


def _is_parameter(holder: Node) -> bool:
    variable = scopes(holder.doc).variable_of(holder)
    return variable is not None and variable.kind == "param" and not variable.writes


def _is_guarded(holder: Node, condition: Node) -> bool:
    """Whether the function asks elsewhere how large the container is."""
    function = scopes(holder.doc).function_at(holder)
    if function is None:
        return True
    name = re.escape(holder.text)
    if re.search(rf"\b{name}\s*\.\s*empty\b", function.node.text):
        return True
    asked = re.compile(rf"\b{name}\s*\.\s*(?:size|length)\s*\(")
    sizes = re.search(rf"(\w+)\s*=\s*{name}\s*\.\s*(?:size|length)\s*\(", function.node.text)
    return sizes is not None or any(
        asked.search(one.node.text) and one.node is not condition
        and (fold(one.right) is not None or fold(one.left) is not None)
        for one in comparisons(holder.doc)
    )  # fmt: skip


RULE = Rule(
    id="size-underflow",
    languages=CPP,
    question="What happens when it is shorter than that?",
    doc=__doc__,
    check=check,
)
