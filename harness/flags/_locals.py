"""Local variables whose every use is in sight, and which of them only take values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.flags.rule import Context
from harness.models import Language
from harness.syntax.elements import change_of
from harness.syntax.kinds import declared_type, kind_of_type
from harness.syntax.scopes import Function, Param, Variable
from harness.syntax.shapes import as_assign
from harness.syntax.tree import Node

_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "array_pattern",
                       "object_pattern", "structured_binding_declarator", "rest_pattern",
                       "pair_pattern"})  # fmt: skip
_UNTYPED = re.compile(r"^(?:const\s+)?auto\b")
MIN_NAME = 5
MIN_LIKENESS = 0.85


def plain_locals(context: Context) -> Iterator[Variable]:
    """Locals of functions that are neither shared with other functions nor meant to be ignored."""
    if context.scopes.dynamic:
        return
    for variable in context.scopes.variables:
        if variable.function is None or variable.kind != "local" or variable.captured:
            continue
        if not variable.name.startswith("_") and not _is_alias(variable):
            yield variable


def _is_alias(variable: Variable) -> bool:
    """Whether it stands for another thing, or lives for what its destructor does."""
    if variable.scope.node.doc.language is not Language.CPP:
        return False
    type_ = declared_type(variable)
    if type_.endswith(("&", "*")):
        return True
    return bool(type_) and not kind_of_type(type_) and not _UNTYPED.match(type_)


def variable_of(function: Function, param: Param) -> Variable | None:
    """The variable of a parameter."""
    return function.scope.variables.get(param.name) if function.scope is not None else None


def is_unpacked(node: Node) -> bool:
    """Whether a written name is one of several that a pattern takes apart."""
    return node.parent is not None and node.parent.type in _PATTERNS


def value_of(write: Node) -> Node | None:
    """What a plain assignment or declaration gives to a name."""
    assign = as_assign(write.parent) if write.parent is not None else None
    return assign.value if assign is not None and assign.target is write else None


def unread(variable: Variable) -> bool:
    """Whether it is given values, and nothing but ``x += 1`` ever looks at them."""
    if not variable.writes or not all(
        value_of(one) is not None or counts_alone(one) for one in variable.writes
    ):
        return False
    written = {id(one) for one in variable.writes}
    return all(id(read) in written and counts_alone(read) for read in variable.reads)


def counts_alone(node: Node) -> bool:
    """``x += 1;`` as a statement."""
    parent = node.parent
    if parent is None or parent.parent is None or parent.parent.type != "expression_statement":
        return False
    return parent.type in (
        "augmented_assignment", "augmented_assignment_expression", "update_expression",
        "postfix_unary_expression", "prefix_unary_expression",
    ) or (parent.type == "assignment_expression" and as_assign(parent) is not None
          and not parent.has("="))  # fmt: skip


def alike(name: str, names: set[str]) -> str:
    """The one of the names that this one looks like a misspelling of; "" if there is none."""
    if len(name) < MIN_NAME:
        return ""
    for other in sorted(names):
        if other != name and _is_misspelling(name, other):
            return other
    return ""


def _is_misspelling(left: str, right: str) -> bool:
    if len(right) < MIN_NAME or abs(len(left) - len(right)) > 1:
        return False
    if left.strip("_0123456789") == right.strip("_0123456789") or left.lower() == right.lower():
        return False
    short, long = sorted((left, right), key=len)
    if long[:-1] == short or long[1:] == short:  # word and words, row and arow
        return False
    if len(left) == len(right):
        differing = [n for n, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
        if len(differing) != 2 or differing[1] - differing[0] != 1:
            return False
        first, second = differing
        return left[first] == right[second] and left[second] == right[first]
    from difflib import SequenceMatcher

    return SequenceMatcher(None, left, right).ratio() >= MIN_LIKENESS and "_" not in left + right


def only_changed(variable: Variable) -> bool:
    """Whether all its reads are changes of what it holds, made by statements."""
    return bool(variable.reads) and all(_is_bare_change(read) for read in variable.reads)


def _is_bare_change(read: Node) -> bool:
    change = change_of(read)
    if change is None:
        return False
    if change.type in ("delete_statement", "expression_statement"):
        return True
    parent = change.parent
    return parent is not None and parent.type == "expression_statement"
