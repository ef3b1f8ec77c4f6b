"""A function calls itself twice and remembers nothing, though the prompt allows large numbers.

Why: the work doubles with every step; 50 steps take days.

Bad:
    # "n <= 50"
    def ways(n):
        if n < 2:
            return 1
        return ways(n - 1) + ways(n - 2)

Good:
    # "n <= 50"
    def ways(n):
        before, now = 1, 1
        for _ in range(n - 1):
            before, now = now, before + now
        return now

Known misses: prompts that do not say how large n gets; functions that call each other; calls in
branches or loops.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._stated import stated_bound
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.constants import fold
from harness.syntax.scopes import Function
from harness.syntax.shapes import as_binary, as_call, bare, binaries
from harness.syntax.tree import Node

_REMEMBERS = re.compile(r"memo|cache|\bdp\b|lookup|seen", re.IGNORECASE)
# Fewer steps than this are done in a second.
MIN_BOUND = 35
_SUMS = frozenset({"+", "-", "*"})


def check(context: Context) -> Iterable[Finding]:
    """f(n - 1) + f(n - 2), in a function f without a memory."""
    bound = stated_bound(context.task)
    if bound < MIN_BOUND:
        return
    for one in binaries(context.doc):
        if one.op not in _SUMS:
            continue
        function = context.scopes.function_at(one.node)
        if function is None or not function.name or _REMEMBERS.search(_around(function)):
            continue
        if _steps_down(one.left, function) and _steps_down(one.right, function):
            yield Finding(one.node, f"{function.name} calls itself twice and remembers "
                          f"nothing; the prompt allows {bound:,}")  # fmt: skip


def _around(function: Function) -> str:
    holder = function.node.parent
    decorated = holder is not None and holder.type == "decorated_definition"
    return holder.text if holder is not None and decorated else function.node.text


def _steps_down(node: Node, function: Function) -> bool:
    """Whether it is a call of the function itself with something less a constant."""
    call = as_call(bare(node))
    if call is None or call.name != function.name or len(call.args) != 1:
        return False
    less = as_binary(bare(call.args[0]))
    return less is not None and less.op == "-" and fold(less.right) is not None


RULE = Rule(
    id="complexity-double-recursion",
    languages=PROCEDURAL,
    question="How long does this take for the largest input?",
    doc=__doc__,
    check=check,
    layer=Layer.COMPLEXITY,
)
