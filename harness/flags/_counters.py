"""Loops that count: ``for (i = a; i < b; i += c)`` and ``for i in range(a, b, c)`` alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.syntax.blocks import Loop, loops
from harness.syntax.constants import fold
from harness.syntax.scopes import Variable, scopes
from harness.syntax.shapes import as_assign, as_binary, as_call, bare
from harness.syntax.tree import Document, Node

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_STEPS = {"+=": 1, "-=": -1, "+": 1, "-": -1}


@dataclass(frozen=True, slots=True)
class Counter:
    """start, limit, step: None where they cannot be read. op: how the counter stays to limit."""

    loop: Loop
    name: Node
    variable: Variable
    start: Node | None
    op: str
    limit: Node | None
    step: float | None

    @property
    def is_untouched(self) -> bool:
        """Whether the body leaves the counter alone."""
        body = self.loop.body
        return body is None or not any(one.within(body) for one in self.variable.writes)


def counters(doc: Document) -> Iterator[Counter]:
    """Every counting loop whose counter is a plain name."""
    for loop in loops(doc):
        found = _range(loop) if loop.kind == "each" else _parts(loop)
        if found is not None:
            yield found


def _range(loop: Loop) -> Counter | None:
    call = as_call(loop.iterable) if loop.iterable is not None else None
    name = loop.target
    if call is None or call.name != "range" or call.receiver is not None or call.keywords:
        return None
    if name is None or name.type != "identifier" or not 1 <= len(call.args) <= 3:
        return None
    variable = scopes(name.doc).variable_of(name)
    step = fold(call.args[2]) if len(call.args) == 3 else None
    size = 1 if len(call.args) < 3 else _number(step.value if step else None)
    start = call.args[0] if len(call.args) > 1 else None
    limit = call.args[1] if len(call.args) > 1 else call.args[0]
    op = ">" if size is not None and size < 0 else "<"
    return None if variable is None else Counter(loop, name, variable, start, op, limit, size)


def _parts(loop: Loop) -> Counter | None:
    if loop.kind != "for" or loop.condition is None or loop.update is None:
        return None
    name = _counted(loop.update)
    binary = as_binary(loop.condition)
    variable = scopes(name.doc).variable_of(name) if name is not None else None
    if name is None or binary is None or variable is None:
        return None
    op, side, limit = binary.op, bare(binary.left), binary.right
    if side.text != name.text:
        op, side, limit = _FLIPPED.get(op, op), bare(binary.right), binary.left
    if side.text != name.text:
        return None
    step = step_of(loop.update)
    return Counter(loop, name, variable, _start(loop.init, name.text), op, limit, step)


def _start(init: Node | None, name: str) -> Node | None:
    for one in init.walk() if init is not None else ():
        assign = as_assign(one)
        if assign is not None and assign.target.text == name:
            return assign.value
    return None


def _counted(update: Node) -> Node | None:
    """The name that an update counts."""
    if update.type in ("update_expression", "prefix_unary_expression", "postfix_unary_expression"):
        target = update.get("argument") or next(iter(update.parts), None)
    else:
        assign = as_assign(update)
        target = assign.target if assign is not None else None
    return target if target is not None and target.type == "identifier" else None


def step_of(update: Node) -> float | None:
    """By how much ``i++``, ``i -= 2`` or ``i = i + 3`` changes its name; None if unknown."""
    if update.has("++"):
        return 1
    if update.has("--"):
        return -1
    assign = as_assign(update)
    if assign is None:
        return None
    op, value = assign.op, assign.value
    if op == "=":
        binary = as_binary(bare(value))
        if binary is None or binary.left.text != assign.target.text:
            return None
        op, value = binary.op, binary.right
    constant, sign = fold(value), _STEPS.get(op)
    size = _number(constant.value if constant is not None else None)
    return None if size is None or sign is None else sign * size


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
