"""A loop does what takes as long as a list is, for inputs that the prompt says are large.

Why: taking the first item of a list moves all others, looking for an item in it reads all
others; 100,000 times 100,000 steps take minutes.

Bad:
    # "up to 100,000 numbers"
    while queue:
        number = queue.pop(0)

Good:
    # "up to 100,000 numbers"
    while queue:
        number = queue.popleft()

Known misses: lists whose kind is not plain to see; prompts that name no size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._stated import stated_size
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.constants import fold
from harness.syntax.kinds import declared_type, kind_of
from harness.syntax.scopes import loop_around
from harness.syntax.shapes import Call, as_call, calls, comparisons
from harness.syntax.tree import Node

MIN_SIZE = 50_000
_AT_FRONT = frozenset({"pop", "insert", "RemoveAt", "Insert"})
_FIXED = ("list", "array")
_SHIFTS = frozenset({"unshift"})
_SEARCHES = frozenset({"includes", "indexOf", "Contains", "IndexOf", "index", "count"})


def check(context: Context) -> Iterable[Finding]:
    """Steps at the front of a list, and searches in one, inside loops."""
    size = stated_size(context.task)
    if size < MIN_SIZE:
        return
    for node, what in _slow(context):
        if loop_around(node) is not None:
            yield Finding(node, f"{what}, in a loop; the prompt speaks of {size:,}")


def _slow(context: Context) -> Iterator[tuple[Node, str]]:
    for call in calls(context.doc):
        if call.receiver is None or kind_of(call.receiver) != "list":
            continue
        if call.name in _SHIFTS or (call.name in _AT_FRONT and _first_is_zero(call)):
            yield call.node, f"{call.name} at the front moves the whole list"
        elif call.name in _SEARCHES and len(call.args) == 1 and call.receiver.type not in _FIXED:
            yield call.node, f"{call.name} reads the whole list"
        elif call.name in ("erase", "insert") and _is_begin(call, context):
            yield call.node, f"{call.name} at the front moves the whole vector"
    for one in comparisons(context.doc):
        if one.op in ("in", "not in") and kind_of(one.right) == "list" and one.right.type != "list":
            yield one.node, f"{one.op} reads the whole list"


def _is_begin(call: Call, context: Context) -> bool:
    """C++: v.erase(v.begin()), for what is declared a vector."""
    first = as_call(call.args[0]) if call.args else None
    variable = context.scopes.variable_of(call.receiver) if call.receiver is not None else None
    vector = variable is not None and "vector" in declared_type(variable)
    return vector and first is not None and first.name == "begin"


def _first_is_zero(call: Call) -> bool:
    constant = fold(call.args[0]) if call.args else None
    return constant is not None and constant.value == 0 and constant.value is not False


RULE = Rule(
    id="complexity-slow-step",
    languages=PROCEDURAL,
    question="How long does this take for the largest input?",
    doc=__doc__,
    check=check,
    layer=Layer.COMPLEXITY,
)
