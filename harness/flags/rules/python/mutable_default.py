"""A list, dict or set that is a parameter's default is changed or given away.

Why: there is one for all calls: what one call puts in, the next one finds.

Bad:
    def collect(value, found=[]):
        found.append(value)
        return found

Good:
    def collect(value, found=None):
        found = [] if found is None else found
        found.append(value)
        return found

Known misses: defaults that are passed to a function which changes them, and those whose name says
that they are to be kept: memo, cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._locals import variable_of
from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.elements import change_of
from harness.syntax.kinds import kind_of
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_call
from harness.syntax.tree import Node

_KINDS = frozenset({"list", "dict", "set"})
_MEANT = re.compile(r"memo|cache|known|lookup|_dp\b|^dp$", re.IGNORECASE)
_MADE = frozenset({"list", "dict", "set", "defaultdict", "Counter", "deque", "OrderedDict"})


def check(context: Context) -> Iterable[Finding]:
    """Parameters with such a default that the function changes, returns or stores."""
    for function in context.scopes.functions:
        for param in function.params:
            variable = variable_of(function, param)
            if param.default is None or variable is None or not _is_mutable(param.default):
                continue
            if _is_replaced(variable) or _MEANT.search(param.name):
                continue
            if any(_is_shared(read) for read in variable.reads):
                yield Finding(param.node, f"all calls share the default of {param.name}")


def _is_mutable(default: Node) -> bool:
    call = as_call(default)
    if call is not None:
        return call.receiver is None and call.name in _MADE
    return kind_of(default) in _KINDS


def _is_replaced(variable: Variable) -> bool:
    """Whether a plain assignment puts something else in its place before it is used."""
    first = min(variable.uses, key=lambda one: one.start, default=None)
    assigned = [one for one in variable.writes if one.parent and one.parent.type == "assignment"]
    return any(one is first or first is None or one.start <= first.start for one in assigned)


def _is_shared(read: Node) -> bool:
    if change_of(read) is not None:
        return True
    parent = read.parent
    if parent is None:
        return False
    if parent.type == "augmented_assignment" and read.field == "left":
        return True
    return parent.type == "return_statement"


RULE = Rule(
    id="mutable-default",
    languages=PYTHON,
    question="What does the second call start with?",
    doc=__doc__,
    check=check,
)
