"""Loops over the input stand in each other, for inputs that the prompt says are large.

Why: two loops over 100,000 numbers are 10,000,000,000 steps: minutes, not a second.

Bad:
    # "up to 100,000 numbers"
    for i in range(len(numbers)):
        for j in range(i):
            if numbers[i] == numbers[j]:
                return True

Good:
    # "up to 100,000 numbers"
    return len(set(numbers)) < len(numbers)

Known misses: while loops, which often share one pass; loops hidden in calls; prompts that name no
size.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._stated import stated_size
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.blocks import Loop, loops
from harness.syntax.constants import is_length, length_of
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_assign, as_call, bare
from harness.syntax.tree import Node

MAX_STEPS = 10**8
_PARTS = ("subscript", "subscript_expression", "element_access_expression")


def check(context: Context) -> Iterable[Finding]:
    """The innermost loops of a nest that the input drives at every level."""
    size = stated_size(context.task)
    if context.entry is None or size**3 <= MAX_STEPS:
        return
    sizes = _sizes(context)
    depths: dict[int, int] = {}
    for loop in sorted(loops(context.doc), key=lambda one: one.node.start):
        around = max((depths.get(id(above), 0) for above in loop.node.ancestors), default=0)
        bound = _driver(loop, sizes, context)
        if bound is None or context.scopes.function_at(loop.node) is not context.entry:
            continue
        depths[id(loop.node)] = depth = around + 1
        sizes |= _counters(loop, context)
        if depth > 1 and size**depth > MAX_STEPS and not _leaves(loop):
            yield Finding(
                bound, f"{depth} loops over the input in each other; the prompt speaks of {size:,}"
            )


def _sizes(context: Context) -> set[Variable]:
    """Parameters whose length is asked for, or that are called n; variables that hold a length."""
    found: set[Variable] = set()
    for variable in context.entry.variables if context.entry is not None else ():
        if variable.kind == "param":
            if variable.name == "n" or any(map(_is_measured, variable.reads)):
                found.add(variable)
        elif len(variable.writes) == 1 and (parent := variable.writes[0].parent) is not None:
            made = as_assign(parent)
            if made is not None and is_length(made.value):
                found.add(variable)
    return found


def _is_measured(read: Node) -> bool:
    for above in list(read.ancestors)[:3]:
        measured = length_of(above) if is_length(above) else None
        if measured is not None and bare(measured) is read:
            return True
    return False


def _driver(loop: Loop, sizes: set[Variable], context: Context) -> Node | None:
    """What says how often a loop runs, if that is the size of the input."""
    bound = loop.iterable if loop.kind == "each" else loop.condition
    if bound is None or loop.kind not in ("each", "for"):
        return None
    call = as_call(bound)
    parts = call.args if call is not None and call.name in ("range", "enumerate") else [bound]
    for part in parts:
        for node in part.walk():
            if context.scopes.variable_of(node) in sizes and node.inside(*_PARTS) is None:
                return bound
    return None


def _counters(loop: Loop, context: Context) -> set[Variable]:
    """Counters of a loop: what runs up to them runs as often, by and large."""
    holder = loop.init
    if loop.kind == "each" and loop.iterable is not None:
        call = as_call(loop.iterable)
        holder = loop.target if call is not None and call.name == "range" else None
    found = (context.scopes.variable_of(one) for one in (holder.walk() if holder else ()))
    return {one for one in found if one is not None}


def _leaves(loop: Loop) -> bool:
    return any(one.type == "break_statement" for one in loop.node.walk())


RULE = Rule(
    id="complexity-nested-loops",
    languages=PROCEDURAL,
    question="How long does this take for the largest input?",
    doc=__doc__,
    check=check,
    layer=Layer.COMPLEXITY,
)
