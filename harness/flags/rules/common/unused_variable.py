"""A variable is given a value that nothing reads.

Why: the value was to be used: another variable stands where this one belongs.

Bad:
    def area(width, height):
        result = width * height
        return width

Good:
    def area(width, height):
        result = width * height
        return result

Known misses: constants, lengths, fields and elements, which are often put in a variable just in
case; C++ objects, which may live for their destructor; names taken out of a tuple or an object
together with others.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._effects import may_repeat
from harness.flags._locals import alike, counts_alone, plain_locals, unread, value_of
from harness.flags._values import literal
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.syntax.constants import is_length
from harness.syntax.elements import as_element
from harness.syntax.scopes import Variable
from harness.syntax.shapes import bare
from harness.syntax.tree import Node

_IDLE = frozenset({
    "attribute", "member_expression", "field_expression", "member_access_expression",
    "initializer_list", "array", "list", "tuple", "dictionary", "object", "set", "string",
    "initializer_expression", "array_creation_expression", "implicit_array_creation_expression",
})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Locals that are only written; misspelt ones have a rule of their own."""
    for variable in plain_locals(context):
        if not unread(variable) or not _computes(variable):
            continue
        function = variable.function
        others = {one.name for one in function.variables} if function is not None else set()
        if not alike(variable.name, others):
            yield Finding(variable.writes[0], f"{variable.name} is never read")


def _computes(variable: Variable) -> bool:
    """Whether some value is computed for it, by nothing that may be there for what it does."""
    values = [value_of(one) for one in variable.writes]
    if not all(value is None or may_repeat(value) for value in values):
        return False
    return any(
        value is None or counts_alone(one) or not _is_idle(value)
        for one, value in zip(variable.writes, values, strict=True)
    )


def _is_idle(value: Node) -> bool:
    """A constant, a name, a field, a length: at hand in case it is needed."""
    value = bare(value)
    if literal(value) is not None or is_length(value) or not value.parts:
        return True
    return value.type in _IDLE or as_element(value) is not None


RULE = Rule(
    id="unused-variable",
    languages=PROCEDURAL,
    question="Where was this value to be used?",
    doc=__doc__,
    check=check,
)
