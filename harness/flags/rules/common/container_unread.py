"""A container is filled, and nothing ever looks into it.

Why: what was collected was to be returned or used: another variable stands where it belongs.

Bad:
    def evens(numbers):
        found = []
        for n in numbers:
            if n % 2 == 0:
                found.append(n)
        return numbers

Good:
    def evens(numbers):
        found = []
        for n in numbers:
            if n % 2 == 0:
                found.append(n)
        return found

Known misses: containers that are only copied to others that nothing reads.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._locals import only_changed, plain_locals, value_of
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.kinds import declared_type, kind_of, kind_of_type
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_call

_KINDS = frozenset({"list", "dict", "set"})
_MADE = frozenset({"Counter", "defaultdict", "deque", "OrderedDict", "Array", "Map", "Set", "List",
                   "Dictionary", "HashSet", "StringBuilder", "Queue", "Stack"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Locals made here of which every use changes them."""
    for variable in plain_locals(context):
        if variable.writes and only_changed(variable) and _is_own(variable):
            yield Finding(variable.writes[0], f"nothing ever looks into {variable.name}")


def _is_own(variable: Variable) -> bool:
    """Whether all it ever holds is a container made for it."""
    if variable.scope.node.doc.language is Language.CPP:
        return kind_of_type(declared_type(variable)) in _KINDS
    for write in variable.writes:
        value = value_of(write)
        call = as_call(value) if value is not None else None
        made = call is not None and call.receiver is None and call.name in _MADE
        if value is None or (call is None and kind_of(value) not in _KINDS):
            return False
        if call is not None and not made and kind_of(value) not in _KINDS:
            return False
        if value.type == "identifier":
            return False
    return True


RULE = Rule(
    id="container-unread",
    languages=PROCEDURAL,
    question="Where was this container to be used?",
    doc=__doc__,
    check=check,
)
