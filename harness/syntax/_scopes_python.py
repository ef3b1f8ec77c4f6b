"""Names in Python: a write makes a local, classes hide from their methods, comprehensions own."""

from __future__ import annotations

from harness.syntax._scope_builder import Builder, Handler, Reference, ignored, lookup
from harness.syntax.scopes import Param, Scope, Scopes
from harness.syntax.tree import Document, Node

_DYNAMIC_CALLS = {"exec", "eval", "globals", "locals", "vars", "setattr", "__import__"}


def build(document: Document) -> Scopes:
    """Scopes of a Python program."""
    builder = Builder(document, HANDLERS)
    return builder.run(_resolve)


def _home(scope: Scope) -> Scope:
    """Where a plain assignment binds."""
    return scope.nearest("function", "class", "module")


def _resolve(builder: Builder, reference: Reference) -> None:
    name = reference.node.text
    scope = reference.scope
    home = _home(scope)
    where = home.elsewhere.get(name)
    if where == "global":
        variable = builder.found.module.declare(name, "global")
    elif where == "nonlocal" and home.parent is not None:
        variable = lookup(name, home.parent, skip_classes=True) or home.declare(name, "local")
    else:
        found = lookup(name, scope, skip_classes=True)
        if found is None:
            builder.found.unresolved.append(reference.node)
            return
        variable = found
    builder.resolved(reference, variable)


def bind(builder: Builder, target: Node | None, scope: Scope, kind: str, mode: str = "w") -> None:
    """Bind the names of a target pattern; subscripts and attributes in it are read."""
    stack = [target] if target is not None else []
    while stack:
        node = stack.pop()
        if node.type == "identifier":
            _bind_name(builder, node, scope, kind, mode)
        elif node.type in ("attribute", "subscript"):
            builder.visit(node, scope)
        elif node.type == "as_pattern":
            builder.visit_all(node, scope)
        else:
            stack.extend(reversed(node.parts))


def _bind_name(builder: Builder, node: Node, scope: Scope, kind: str, mode: str = "w") -> None:
    home = scope if scope.kind == "block" and kind == "loop" else _home(scope)
    name = node.text
    if name not in home.elsewhere:
        home.declare(name, "global" if home.kind == "module" and kind == "local" else kind, node)
    builder.write(node, home if scope.kind == "block" else scope, mode)


def _identifier(builder: Builder, node: Node, scope: Scope) -> None:
    builder.read(node, scope)


def _assignment(builder: Builder, node: Node, scope: Scope) -> None:
    left, right = node.get("left"), node.get("right")
    builder.visit(node.get("type"), scope)
    if right is not None:
        bind(builder, left, scope, "local")
    elif left is not None and left.type == "identifier":  # x: int
        _home(scope).declare(left.text, "local", left)
    builder.visit(right, scope)


def _augmented(builder: Builder, node: Node, scope: Scope) -> None:
    bind(builder, node.get("left"), scope, "local", "rw")
    builder.visit(node.get("right"), scope)


def _walrus(builder: Builder, node: Node, scope: Scope) -> None:
    bind(builder, node.get("name"), scope, "local")
    builder.visit(node.get("value"), scope)


def _function(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    if name is not None:
        _bind_name(builder, name, scope, "function")
    _type_parameters(node, scope)
    made, inner = builder.function(node, name.text if name is not None else "", scope)
    made.is_async = node.has("async")
    made.return_type = node.get("return_type")
    made.body = node.get("body")
    builder.visit(made.body, inner)
    builder.visit(made.return_type, scope)
    _parameters(builder, node.get("parameters"), made.params, scope, inner)


def _lambda(builder: Builder, node: Node, scope: Scope) -> None:
    made, inner = builder.function(node, _bound_name(node), scope)
    made.body = node.get("body")
    builder.visit(made.body, inner)
    _parameters(builder, node.get("parameters"), made.params, scope, inner)


def _type_parameters(node: Node, scope: Scope) -> None:
    holder = node.get("type_parameters")
    for one in holder.walk() if holder is not None else ():
        if one.type == "identifier":
            scope.declare(one.text, "class", one)


def _bound_name(node: Node) -> str:
    parent = node.parent
    left = parent.get("left") if parent is not None and parent.type == "assignment" else None
    return left.text if left is not None and left.type == "identifier" else ""


def _parameters(
    builder: Builder, holder: Node | None, params: list[Param], outer: Scope, inner: Scope
) -> None:
    keyword_only = False
    for node in holder.parts if holder is not None else ():
        if node.type in ("keyword_separator", "positional_separator"):
            keyword_only = keyword_only or node.type == "keyword_separator"
            continue
        default, kind = node.get("value"), node.get("type")
        target = node.get("name") or (node if node.type == "identifier" else None)
        target = target or next(iter(node.parts), None)
        variadic = any(
            one is not None and one.type in ("list_splat_pattern", "dictionary_splat_pattern")
            for one in (node, target)
        )
        stack = [target] if target is not None else []
        while stack:
            one = stack.pop()
            if one.type == "identifier":
                inner.declare(one.text, "param", one)
                params.append(Param(one.text, one, kind, default, variadic, keyword_only))
            else:
                stack.extend(reversed(one.parts))
        keyword_only = keyword_only or (variadic and "**" not in node.text[:2])
        builder.visit(default, outer)
        builder.visit(kind, outer)


def _class(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    if name is not None:
        _bind_name(builder, name, scope, "class")
    _type_parameters(node, scope)
    inner = builder.scope("class", node, scope, scope.function)
    builder.visit(node.get("body"), inner)
    builder.visit(node.get("superclasses"), scope)


def _for(builder: Builder, node: Node, scope: Scope) -> None:
    bind(builder, node.get("left"), scope, "loop")
    builder.visit_all(node, scope, skip=(node.get("left"),))


def _comprehension(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    clauses = [one for one in node.parts if one.type == "for_in_clause"]
    for number, clause in enumerate(clauses):
        bind(builder, clause.get("left"), inner, "loop")
        builder.visit(clause.get("right"), inner if number else scope)
    builder.visit_all(node, inner, skip=tuple(clauses))


def _call(builder: Builder, node: Node, scope: Scope) -> None:
    function = node.get("function")
    if function is not None and function.type == "identifier" and function.text in _DYNAMIC_CALLS:
        builder.found.dynamic = True
    builder.visit_all(node, scope)


def _keyword(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit(node.get("value"), scope)


def _attribute(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit(node.get("object"), scope)


def _import(builder: Builder, node: Node, scope: Scope) -> None:
    if node.has("wildcard_import"):
        builder.found.dynamic = True
    for child in node.all("name"):
        alias = child.get("alias")
        name = alias or next(iter(child.parts), child)
        if child.type == "aliased_import" and alias is None:
            continue
        _bind_name(builder, name, scope, "import")


def _outside(builder: Builder, node: Node, scope: Scope) -> None:
    home = _home(scope)
    for one in node.parts:
        home.elsewhere[one.text] = "global" if node.type == "global_statement" else "nonlocal"
        if node.type == "global_statement":
            builder.found.module.declare(one.text, "global", one)
        # A name written before its global statement in the text belongs outside too.
        home.variables.pop(one.text, None) if home.kind != "module" else None


def _as_pattern(builder: Builder, node: Node, scope: Scope) -> None:
    target = node.get("alias")
    kind = "catch" if node.parent is not None and "except" in node.parent.type else "local"
    bind(builder, target, scope, kind)
    builder.visit_all(node, scope, skip=(target,))


def _case_pattern(builder: Builder, node: Node, scope: Scope) -> None:
    """A bare name captures; a dotted one is looked up."""
    for one in node.walk(stop=frozenset({"dotted_name", "class_pattern"})):
        if one.type == "class_pattern":
            for inner in one.parts[1:]:
                builder.visit(inner, scope)
            if one.parts and one.parts[0].parts:
                builder.read(one.parts[0].parts[0], scope)
        elif one.type == "dotted_name" and len(one.parts) == 1:
            if one.text != "_":
                _bind_name(builder, one.parts[0], scope, "local")
        elif one.type == "dotted_name":
            builder.read(one.parts[0], scope)
        elif one.type == "identifier" and one.parent is not None and (
            one.parent.type in ("splat_pattern", "as_pattern")
        ):  # fmt: skip
            _bind_name(builder, one, scope, "local")


def _return(builder: Builder, node: Node, scope: Scope) -> None:
    if scope.function is not None:
        scope.function.returns.append(node)
    builder.visit_all(node, scope)


def _yield(builder: Builder, node: Node, scope: Scope) -> None:
    if scope.function is not None:
        scope.function.yields.append(node)
    builder.visit_all(node, scope)


def _delete(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit_all(node, scope)


def _type_statement(builder: Builder, node: Node, scope: Scope) -> None:
    left = node.get("left")
    name = next((one for one in left.walk() if one.type == "identifier"), None) if left else None
    if name is not None:
        _bind_name(builder, name, scope, "local")
    builder.visit(node.get("right"), scope)


HANDLERS: dict[str, Handler] = {
    "identifier": _identifier,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "named_expression": _walrus,
    "function_definition": _function,
    "lambda": _lambda,
    "class_definition": _class,
    "for_statement": _for,
    "list_comprehension": _comprehension,
    "set_comprehension": _comprehension,
    "dictionary_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "call": _call,
    "keyword_argument": _keyword,
    "attribute": _attribute,
    "import_statement": _import,
    "import_from_statement": _import,
    "future_import_statement": ignored,
    "global_statement": _outside,
    "nonlocal_statement": _outside,
    "as_pattern": _as_pattern,
    "case_pattern": _case_pattern,
    "return_statement": _return,
    "yield": _yield,
    "delete_statement": _delete,
    "type_alias_statement": _type_statement,
}
