"""A number is added to a text.

Why: "abc" + 1 moves the start of the literal by one; text += 65 appends the character with that
number, "A". Neither appends digits.

Bad:
    std::string text = "count: ";
    text += count;

Good:
    std::string text = "count: ";
    text += std::to_string(count);

Known misses: numbers of which the program does not show the type. Sums with the code of a
character, such as digit + 48, are meant.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._number_types import WHOLE, number_type
from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import assignments, bare, binaries
from harness.syntax.tree import Node

_CODES = frozenset({48, 55, 65, 87, 97})


def check(context: Context) -> Iterable[Finding]:
    """Sums of a literal and a whole number, and += of one to a string."""
    for one in binaries(context.doc):
        literal, other = bare(one.left), bare(one.right)
        if one.op == "+" and literal.type == "string_literal" and number_type(other) in WHOLE:
            yield Finding(one.node, f"this leaves out the first {other.text} characters")
    for assign in assignments(context.doc):
        if assign.op != "+=" or kind_of(assign.target) != "str":
            continue
        if number_type(assign.value) in WHOLE and not _is_code(assign.value):
            message = f"this appends the character with the number {assign.value.text}"
            yield Finding(assign.node, message)


def _is_code(value: Node) -> bool:
    constants = (fold(one) for one in value.walk())
    return any(one is not None and one.value in _CODES for one in constants)


RULE = Rule(
    id="string-plus-int",
    languages=CPP,
    question="Which text does this give for 7?",
    doc=__doc__,
    check=check,
)
