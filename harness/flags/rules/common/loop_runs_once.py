"""The body of a loop always leaves it, so it runs at most once.

Why: only the first element is looked at: the return belongs behind the loop, or under a condition.

Bad:
    def all_even(numbers):
        for n in numbers:
            if n % 2:
                return False
            else:
                return True

Good:
    def all_even(numbers):
        for n in numbers:
            if n % 2:
                return False
        return True

Known misses: bodies with a continue. A body that is a single jump, which takes the first element
on purpose, is passed over, as are `do … while (false)` and `while (true)`.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.blocks import Loop, as_loop, loops, statements
from harness.syntax.constants import fold
from harness.syntax.flow import LEAVES, leaves
from harness.syntax.tree import Node

_FUNCTIONS = frozenset({"function_definition", "function_declaration", "lambda", "arrow_function",
                        "function_expression", "lambda_expression", "class_definition",
                        "local_function_statement", "method_definition"})  # fmt: skip
# What of a loop inside may hold a continue of the one outside: Python's else of a loop surely does.
_RUN = ("body", "alternative")


def check(context: Context) -> Iterable[Finding]:
    """Loops whose body leaves on every path."""
    for loop in loops(context.doc):
        if _is_candidate(loop) and leaves(loop.body) and not _continues(loop.body):
            yield Finding(_header(loop), "this loop never gets to a second round")


def _is_candidate(loop: Loop) -> bool:
    body = statements(loop.body)
    if not body or (len(body) == 1 and body[0].type in LEAVES):
        return False
    return loop.condition is None or fold(loop.condition) is None


def _header(loop: Loop) -> Node:
    return loop.condition or loop.iterable or loop.node


def _continues(body: Node | None) -> bool:
    """Whether some path goes on to the next round, or jumps who knows where."""
    stack = [body] if body is not None else []
    while stack:
        node = stack.pop()
        if node.type in ("continue_statement", "goto_statement"):
            return True
        if node.type not in _FUNCTIONS:
            inner = as_loop(node) is not None
            stack.extend(one for one in node.children if not inner or one.field in _RUN)
    return False


RULE = Rule(
    id="loop-runs-once",
    languages=PROCEDURAL,
    question="What should happen with the second element?",
    doc=__doc__,
    check=check,
)
