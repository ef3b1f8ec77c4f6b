"""A reference or pointer outlives what it points to.

Why: a local is gone when its function returns, and the elements of a vector move when it grows;
what is read afterwards is anything.

Bad:
    const std::string& name() {
      std::string made = "a";
      return made;
    }

Good:
    std::string name() {
      std::string made = "a";
      return made;
    }

Known misses: references kept in an object; iterators; functions that hand a parameter on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.kinds import declared_type
from harness.syntax.scopes import Function, Variable, scopes
from harness.syntax.shapes import as_assign, as_call, bare
from harness.syntax.tree import Node

_GROWS = frozenset({"push_back", "emplace_back", "insert", "erase", "resize", "clear", "append"})
_ELEMENTS = frozenset({"front", "back", "at"})
_STABLE = ("map", "set", "list<", "deque")


def check(context: Context) -> Iterable[Finding]:
    """Returned references to locals, and references to elements that are used after a change."""
    for function in context.scopes.functions:
        for returned in function.returns:
            for value in returned.parts[:1]:
                local = _returned_local(function, bare(value))
                if local is not None:
                    message = f"{local.name} is gone when the function returns"
                    yield Finding(value, message)
    for variable in context.scopes.variables:
        yield from _moved(variable)


def _returned_local(function: Function, value: Node) -> Variable | None:
    outer = function.node.get("declarator")
    kind = outer.type if outer is not None else ""
    result = function.return_type.text if function.return_type is not None else ""
    if function.node.type != "function_definition":
        return None
    if kind == "reference_declarator":
        return _local(value)
    if result in ("std::string_view", "string_view"):
        found = _local(value)
        held = declared_type(found) if found is not None else ""
        return found if held in ("std::string", "string") else None
    return _pointed(value) if kind == "pointer_declarator" else None


def _pointed(value: Node) -> Variable | None:
    """The local behind ``&x``, ``x.c_str()`` and the name of an array."""
    if value.type == "pointer_expression" and value.has("&"):
        return _local(value.parts[-1])
    call = as_call(value)
    if call is not None and call.name in ("c_str", "data") and call.receiver is not None:
        return _local(call.receiver)
    found = _local(value)
    return found if found is not None and declared_type(found).endswith("[]") else None


def _local(node: Node) -> Variable | None:
    """The variable of a name if it lives in the function itself."""
    variable = scopes(node.doc).variable_of(node)
    if variable is None or variable.kind not in ("local", "param") or variable.function is None:
        return None
    for name in variable.declarations:
        holder = name.parent
        while holder is not None and holder.type.endswith("declarator"):
            if holder.type in ("reference_declarator", "pointer_declarator"):
                return None
            holder = holder.parent
        if holder is None or holder.first("storage_class_specifier") is not None:
            return None
        if variable.kind == "param" and node.parent is not None and declared_type(variable) == "":
            return None
    return variable


def _moved(variable: Variable) -> Iterator[Finding]:
    name = variable.declarations[0] if variable.declarations else None
    reference = name.parent if name is not None else None
    if reference is None or reference.type != "reference_declarator" or reference.parent is None:
        return
    assign = as_assign(reference.parent)
    holder = _holder(bare(assign.value)) if assign is not None else None
    container = scopes(reference.doc).variable_of(holder) if holder is not None else None
    if container is None or any(one in declared_type(container) for one in _STABLE):
        return
    change = _first_change(container, reference.end)
    uses = [one for one in variable.uses if change is not None and one.start > change.end]
    if uses and change is not None and change.within(variable.scope.node):
        message = f"{variable.name} may point to where the element was before {change.text}"
        yield Finding(uses[0], message)


def _holder(value: Node) -> Node | None:
    """The container of ``v[0]``, ``v.back()``."""
    if value.type == "subscript_expression":
        return value.get("argument")
    call = as_call(value)
    return call.receiver if call is not None and call.name in _ELEMENTS else None


def _first_change(container: Variable, start: int) -> Node | None:
    for read in container.reads:
        member = read.parent
        call = as_call(member.parent) if member is not None and member.parent is not None else None
        if read.start >= start and call is not None and call.name in _GROWS:
            return call.node if call.receiver is read else None
    return None


RULE = Rule(
    id="dangling-reference",
    languages=CPP,
    question="What does this point to then?",
    doc=__doc__,
    check=check,
)
