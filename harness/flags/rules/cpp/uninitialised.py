"""A local number is read before anything gave it a value.

Why: it holds whatever was in memory; the result differs from run to run.

Bad:
    int sum;
    for (int value : values) sum += value;

Good:
    int sum = 0;
    for (int value : values) sum += value;

Known misses: variables that get a value on some paths only; members of a struct.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.defuse import early_reads
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import Variable
from harness.syntax.shapes import as_assign
from harness.syntax.tree import Node

_SIMPLE = frozenset({"primitive_type", "sized_type_specifier"})


def check(context: Context) -> Iterable[Finding]:
    """Numbers without an initialiser whose first use needs a value, arrays of them too."""
    for variable in context.scopes.variables:
        if variable.kind != "local" or variable.captured or not _is_bare(variable):
            continue
        if any(_may_be_given(read) for read in variable.reads):
            continue
        array = declared_type(variable).endswith("[]")
        read = _counted_element(variable) if array else _first_read(variable)
        if read is not None:
            yield Finding(read, f"{variable.name} has no value yet")


def _is_bare(variable: Variable) -> bool:
    """One declaration of a plain type, neither static nor with a value."""
    if len(variable.declarations) != 1:
        return False
    name = variable.declarations[0]
    holder = name.parent
    while holder is not None and holder.type == "array_declarator":
        holder = holder.parent
    if holder is None or holder.type != "declaration" or holder.first("storage_class_specifier"):
        return False
    type_ = holder.get("type")
    return type_ is not None and type_.type in _SIMPLE


def _may_be_given(read: Node) -> bool:
    """Whether a value may come by reference, address or input, or none is needed (sizeof)."""
    for above in read.ancestors:
        if above.type in ("argument_list", "sizeof_expression", "decltype", "initializer_list"):
            return True
        if above.type == "pointer_expression" or above.has(">>"):
            return True
        if above.type.endswith(("statement", "declaration")):
            return above.type == "asm_statement"
    return False


def _first_read(variable: Variable) -> Node | None:
    early = early_reads(variable)
    if early:
        return early[0]
    # Every write also reads: nothing ever gave it a first value.
    both = all(any(write is read for read in variable.reads) for write in variable.writes)
    return min(variable.reads, key=lambda one: one.start) if both and variable.reads else None


def _counted_element(variable: Variable) -> Node | None:
    """An element that is counted up, in an array no element of which is ever set."""
    counted: Node | None = None
    for read in variable.reads:
        element = read
        while element.parent is not None and element.parent.type == "subscript_expression":
            if element.field != "argument":
                return None
            element = element.parent
        whole = element.parent
        if element is read or whole is None:
            return None
        assign = as_assign(whole)
        if assign is not None and assign.target is element:
            if assign.op == "=":
                return None
            counted = counted or read
        elif whole.type == "update_expression":
            counted = counted or read
    return counted


RULE = Rule(
    id="uninitialised",
    languages=CPP,
    question="Which value does this have in the first round?",
    doc=__doc__,
    check=check,
)
