"""A name of a builtin holds a value, and is called as if it were the builtin.

Why: the call fails: a list, a number or a text is no function.

Bad:
    def spread(max, values):
        list = sorted(values)
        return list(list)[:max]

Good:
    def spread(limit, values):
        ordered = sorted(values)
        return list(ordered)[:limit]

Known misses: parameters whose use does not show what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._locals import value_of
from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.globals import PYTHON_BUILTINS
from harness.syntax.kinds import declared_type, kind_of, kind_of_type
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_assign, as_call
from harness.syntax.tree import Node

_KINDS = frozenset({"int", "float", "str", "bool", "list", "dict", "set", "tuple"})
# Builtins whose result cannot be called.
_VALUES = frozenset({"list", "dict", "set", "str", "int", "float", "tuple", "sum", "len", "sorted",
                     "input", "round", "abs", "range", "reversed", "enumerate", "map", "filter",
                     "zip", "max", "min", "all", "any", "bytes", "frozenset", "bool"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Calls of a variable that has a builtin's name and a value that is no function."""
    for variable in context.scopes.variables:
        if variable.name not in PYTHON_BUILTINS or not _is_value(variable):
            continue
        first = min((one.end for one in variable.writes), default=0)
        called = [one for one in variable.reads if _is_called(one) and one.start > first]
        later = next((one for one in called if not _gives_value(one)), None)
        if later is not None:
            yield Finding(later, f"{variable.name} is a value here, not the builtin")


def _values(variable: Variable) -> list[Node]:
    plain = [one for one in variable.writes if not _counts(one)]
    return [value for one in plain if (value := value_of(one)) is not None]


def _is_value(variable: Variable) -> bool:
    """Whether it never holds a function."""
    if variable.kind == "param":
        if variable.writes:
            return False
        return kind_of_type(declared_type(variable)) in _KINDS or any(
            _holds_elements(one) for one in variable.reads
        )
    if variable.kind not in ("local", "global") or not variable.writes:
        return False
    values = _values(variable)
    if len(values) < len([one for one in variable.writes if not _counts(one)]):
        return False
    return bool(values) and all(_is_plain(one) for one in values)


def _counts(write: Node) -> bool:
    return write.parent is not None and write.parent.type == "augmented_assignment"


def _is_plain(value: Node) -> bool:
    if kind_of(value) in _KINDS:
        return True
    call = as_call(value)
    return call is not None and call.receiver is None and call.name in _VALUES


def _holds_elements(read: Node) -> bool:
    """``name[i]``, ``for x in name``, ``len(name)``."""
    parent = read.parent
    if parent is None:
        return False
    if parent.type == "subscript" or (parent.type == "for_statement" and read.field == "right"):
        return read.field in ("value", "right")
    call = as_call(parent.parent) if parent.parent is not None else None
    return call is not None and call.callee.text == "len"


def _gives_value(read: Node) -> bool:
    """``max = max(values)``: the first time, this is the builtin."""
    for above in read.ancestors:
        assign = as_assign(above)
        if assign is not None and assign.target.text == read.text:
            return True
        if above.type.endswith("_statement"):
            return False
    return False


def _is_called(read: Node) -> bool:
    call = as_call(read.parent) if read.parent is not None else None
    return call is not None and call.callee is read


RULE = Rule(
    id="shadowed-builtin-called",
    languages=PYTHON,
    question="Which name should this value have, so that the builtin can still be called?",
    doc=__doc__,
    check=check,
)
