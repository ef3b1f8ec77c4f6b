"""A loop changes its variable, which is a copy, and nobody reads the change.

Why: the elements stay as they are; the copy is gone with the next round.

Bad (javascript):
    for (let price of prices) {
      price *= 2;
    }

Bad (cpp):
    for (auto price : prices) {
      price *= 2;
    }

Good (javascript):
    const doubled = prices.map((price) => price * 2);

Good (cpp):
    for (auto& price : prices) {
      price *= 2;
    }

Known misses: variables that are read after the change; changes inside of a loop's own loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags._functions import function_argument
from harness.flags.rule import CPP, JAVASCRIPT, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import loops
from harness.syntax.scopes import LOOPS, Variable
from harness.syntax.shapes import as_assign, as_call, calls
from harness.syntax.tree import Node

_CHANGING = frozenset({"push_back", "pop_back", "insert", "erase", "clear", "append", "resize"})


def check(context: Context) -> Iterable[Finding]:
    """Last changes of a loop's variable, or of a forEach callback's parameter."""
    for variable, body in _copies(context):
        if variable.captured:
            continue
        for change in _changes(variable, body, context.language):
            if not _is_seen(variable, change, body):
                message = f"this changes {variable.name}, a copy; the element stays as it is"
                yield Finding(change, message)


def _copies(context: Context) -> Iterator[tuple[Variable, Node]]:
    for loop in loops(context.doc):
        plain = loop.kind == "each" and loop.target is not None and loop.body is not None
        if not plain or loop.target is None or loop.target.type != "identifier":
            continue
        variable = context.scopes.variable_of(loop.target)
        if variable is not None and loop.body is not None and not loop.node.has("in"):
            yield variable, loop.body
    for call in calls(context.doc):
        function = function_argument(call) if call.name == "forEach" else None
        if function is None or function.scope is None or function.body is None:
            continue
        first = function.params[0].name if function.params else ""
        if first in function.scope.variables:
            yield function.scope.variables[first], function.body


def _changes(variable: Variable, body: Node, language: Language) -> Iterator[Node]:
    for write in variable.writes:
        if write.within(body):
            whole = write.parent
            yield whole if whole is not None and not whole.type.endswith("declarator") else write
    if language is Language.CPP:
        for read in variable.reads:
            changed = _member_change(read)
            if changed is not None:
                yield changed


def _member_change(read: Node) -> Node | None:
    """``copy.total = 1;`` or ``copy.push_back(1);`` as a statement."""
    member = read.parent
    if member is None or member.type != "field_expression" or not member.has("."):
        return None
    whole = member.parent
    if whole is None or whole.parent is None or whole.parent.type != "expression_statement":
        return None
    call, assign = as_call(whole), as_assign(whole)
    if call is not None and call.callee is member and call.name in _CHANGING:
        return whole
    return whole if assign is not None and assign.target is member else None


def _is_seen(variable: Variable, change: Node, body: Node) -> bool:
    """Whether a read follows, at once (as in ``f(x = 1)``) or in a round of an inner loop."""
    if change.parent is not None and change.parent.type not in ("expression_statement",
                                                                "arrow_function"):  # fmt: skip
        return True
    around = [one for one in change.ancestors if one.within(body) and one is not body]
    inner = [one for one in around if one.type in LOOPS]
    return any(
        read.start >= change.end or any(read.within(loop) for loop in inner)
        for read in variable.reads
    )


RULE = Rule(
    id="loop-copy-changed",
    languages=JAVASCRIPT | CPP,
    question="Is the element itself meant to change?",
    doc=__doc__,
    check=check,
)
