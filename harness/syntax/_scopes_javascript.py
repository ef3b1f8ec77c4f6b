"""Names in JavaScript: var and function are hoisted to their function, let and const to a block."""

from __future__ import annotations

from harness.syntax._scope_builder import Builder, Handler, Reference, lookup
from harness.syntax.scopes import Param, Scope, Scopes
from harness.syntax.tree import Document, Node

_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_PATTERNS = frozenset({
    "object_pattern", "array_pattern", "pair_pattern", "assignment_pattern",
    "object_assignment_pattern", "rest_pattern", "object", "array", "pair", "spread_element",
    "parenthesized_expression",
})  # fmt: skip


def build(document: Document) -> Scopes:
    """Scopes of a JavaScript program."""
    return Builder(document, HANDLERS).run(_resolve)


def _resolve(builder: Builder, reference: Reference) -> None:
    """A write to a name nobody declares makes a global, as sloppy mode does."""
    name = reference.node.text
    variable = lookup(name, reference.scope)
    if variable is None and reference.mode == "w":
        variable = builder.found.module.declare(name, "global")
    if variable is None:
        builder.found.unresolved.append(reference.node)
    else:
        builder.resolved(reference, variable)


def bind(
    builder: Builder,
    target: Node | None,
    scope: Scope,
    home: Scope | None,
    kind: str = "local",
    *,
    writes: bool = True,
) -> list[Node]:
    """Declare (in ``home``) and write the names of a pattern; return their nodes."""
    names: list[Node] = []
    stack = [target] if target is not None else []
    while stack:
        node = stack.pop()
        if node.type in _NAMES or node.type == "shorthand_property_identifier":
            names.append(node)
            if home is not None:
                home.declare(node.text, kind, node)
            if writes:
                builder.write(node, scope)
        elif node.type in ("pair_pattern", "pair"):
            key = node.get("key")
            if key is not None and key.type == "computed_property_name":
                builder.visit(key, scope)
            stack.extend(node.all("value"))
        elif node.type in ("assignment_pattern", "object_assignment_pattern",
                           "assignment_expression"):  # fmt: skip
            builder.visit(node.get("right"), scope)
            stack.extend(node.all("left"))
        elif node.type in _PATTERNS:
            stack.extend(reversed(node.parts))
        else:
            builder.visit(node, scope)
    return names


def _identifier(builder: Builder, node: Node, scope: Scope) -> None:
    builder.read(node, scope)


def _declarator(builder: Builder, node: Node, scope: Scope) -> None:
    var = node.parent is not None and node.parent.type == "variable_declaration"
    home = scope.nearest("function", "module") if var else scope
    value = node.get("value")
    looped = node.parent is not None and node.parent.field == "initializer"
    kind = "loop" if looped else "local" if home.parent is not None else "global"
    bind(builder, node.get("name"), scope, home, kind, writes=value is not None)
    builder.visit(value, scope)


def _function(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    declaration = "declaration" in node.type
    if declaration and name is not None:
        scope.nearest("function", "module", "class").declare(name.text, "function", name)
        scope.declare(name.text, "function")
    text = name.text if name is not None else _bound_name(node)
    made, inner = builder.function(node, text, scope)
    if not declaration and name is not None and name.type == "identifier":
        inner.declare(name.text, "function", name)
    made.is_async = node.has("async")
    made.body = node.get("body")
    single = node.get("parameter")
    if single is not None:
        inner.declare(single.text, "param", single)
        made.params.append(Param(single.text, single))
    holder = node.get("parameters")
    if scope.kind == "class" and name is not None and name.type == "computed_property_name":
        builder.visit(name, scope)
    _body(builder, made.body, inner)
    for one in holder.parts if holder is not None else ():
        _parameter(builder, one, made.params, inner)


def _body(builder: Builder, body: Node | None, inner: Scope) -> None:
    """A block of a function is the function's own scope."""
    if body is not None and body.type == "statement_block":
        builder.visit_all(body, inner)
    else:
        builder.visit(body, inner)


def _parameter(builder: Builder, node: Node, params: list[Param], inner: Scope) -> None:
    default = node.get("right") if node.type == "assignment_pattern" else None
    target = node.get("left") if node.type == "assignment_pattern" else node
    bind(builder, target, inner, inner, "param", writes=False)
    builder.visit(default, inner)
    text = target.text.removeprefix("...") if target is not None else ""
    params.append(Param(text, node, None, default, node.type == "rest_pattern"))


def _bound_name(node: Node) -> str:
    """What a function expression is assigned to."""
    parent = node.parent
    if parent is None or node.field not in ("value", "right"):
        return ""
    left = parent.get("name") or parent.get("left") or parent.get("key") or parent.get("property")
    if left is None:
        return ""
    return left.text.rpartition(".")[2] if left.type == "member_expression" else left.text


def _class(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    inner = builder.scope("class", node, scope, scope.function)
    if name is not None:
        home = scope if node.type == "class_declaration" else inner
        home.declare(name.text, "class", name)
    builder.visit_all(node, inner, skip=(name,))


def _block(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit_all(node, builder.scope("block", node, scope, scope.function))


def _for_in(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    left = node.get("left")
    if node.has("var"):
        home: Scope | None = scope.nearest("function", "module")
    else:
        home = inner if node.has("let", "const") else None
    bind(builder, left, inner, home, "loop")
    builder.visit(node.get("body"), inner)
    builder.visit(node.get("right"), scope)


def _catch(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    bind(builder, node.get("parameter"), inner, inner, "catch", writes=False)
    builder.visit(node.get("body"), inner)


def _assignment(builder: Builder, node: Node, scope: Scope) -> None:
    bind(builder, node.get("left"), scope, None)
    builder.visit(node.get("right"), scope)


def _changed(builder: Builder, node: Node, scope: Scope) -> None:
    """``x += 1`` and ``x++``."""
    target = node.get("left") or node.get("argument")
    if target is not None and target.type == "identifier":
        builder.write(target, scope, "rw")
    else:
        builder.visit(target, scope)
    builder.visit(node.get("right"), scope)


def _import(builder: Builder, node: Node, scope: Scope) -> None:
    for one in node.walk():
        if one.type != "identifier" or one.parent is None:
            continue
        if (
            one.parent.type == "import_specifier"
            and one.field == "name"
            and one.parent.get("alias")
        ):
            continue
        scope.declare(one.text, "import", one)


def _export(builder: Builder, node: Node, scope: Scope) -> None:
    if node.get("source") is not None:
        return
    for one in node.walk(stop=frozenset({"declaration", "value"})):
        if one.type == "export_specifier":
            name = one.get("name")
            if name is not None and name.type == "identifier":
                builder.read(name, scope)
    builder.visit_all(node, scope, skip=(node.first("export_clause"),))


def _with(builder: Builder, node: Node, scope: Scope) -> None:
    builder.found.dynamic = True
    builder.visit_all(node, scope)


def _call(builder: Builder, node: Node, scope: Scope) -> None:
    function = node.get("function")
    if function is not None and function.text == "eval":
        builder.found.dynamic = True
    builder.visit_all(node, scope)


def _return(builder: Builder, node: Node, scope: Scope) -> None:
    if scope.function is not None:
        scope.function.returns.append(node)
    builder.visit_all(node, scope)


def _yield(builder: Builder, node: Node, scope: Scope) -> None:
    if scope.function is not None:
        scope.function.yields.append(node)
    builder.visit_all(node, scope)


def _jsx_name(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    upper = name is not None and name.text[:1].isupper()
    builder.visit_all(node, scope, skip=() if upper else (name,))


HANDLERS: dict[str, Handler] = {
    "identifier": _identifier,
    "shorthand_property_identifier": _identifier,
    "variable_declarator": _declarator,
    **dict.fromkeys(
        ("function_declaration", "generator_function_declaration", "function_expression",
         "generator_function", "arrow_function", "method_definition"),
        _function,
    ),
    "class_declaration": _class,
    "class": _class,
    "statement_block": _block,
    "for_statement": _block,
    "switch_body": _block,
    "class_static_block": _block,
    "for_in_statement": _for_in,
    "catch_clause": _catch,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _changed,
    "update_expression": _changed,
    "import_statement": _import,
    "export_statement": _export,
    "with_statement": _with,
    "call_expression": _call,
    "return_statement": _return,
    "yield_expression": _yield,
    "jsx_opening_element": _jsx_name,
    "jsx_closing_element": _jsx_name,
    "jsx_self_closing_element": _jsx_name,
}  # fmt: skip
