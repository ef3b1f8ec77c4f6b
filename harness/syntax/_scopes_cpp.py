"""Names in C++: declarators, blocks, lambdas; members belong to their class."""

from __future__ import annotations

from collections.abc import Iterator

from harness.syntax._scope_builder import Builder, Handler, ignored, lexical
from harness.syntax.scopes import Param, Scope, Scopes
from harness.syntax.tree import Document, Node

_WRAPPERS = frozenset({
    "reference_declarator", "pointer_declarator", "array_declarator", "parenthesized_declarator",
    "variadic_declarator", "init_declarator", "attributed_declarator",
})  # fmt: skip
_NAMES = frozenset({"identifier", "field_identifier"})


def build(document: Document) -> Scopes:
    """Scopes of a C++ program."""
    return Builder(document, HANDLERS).run(lexical)


def declared_names(declarator: Node | None) -> Iterator[Node]:
    """Names in a declarator: ``*p``, ``a[3]``, ``[x, y]``, ``&v``."""
    node = declarator
    while node is not None:
        if node.type in _NAMES:
            yield node
            return
        if node.type == "structured_binding_declarator":
            yield from (one for one in node.parts if one.type == "identifier")
            return
        if node.type not in _WRAPPERS and node.type != "function_declarator":
            return
        node = node.get("declarator") or next(iter(node.parts), None)


def function_declarator(node: Node) -> Node | None:
    """The ``f(…)`` inside ``int *&f(…)``."""
    inner = node.get("declarator")
    while inner is not None and inner.type != "function_declarator":
        inner = inner.get("declarator") or next(iter(inner.parts), None)
    return inner


def _identifier(builder: Builder, node: Node, scope: Scope) -> None:
    builder.read(node, scope)


def _qualified(builder: Builder, node: Node, scope: Scope) -> None:
    """``std::max<int>``: template arguments may hold names, the path does not."""
    for one in node.walk():
        if one.type == "template_argument_list":
            builder.visit_all(one, scope)
            return


def _declaration(builder: Builder, node: Node, scope: Scope) -> None:
    kind = "local" if scope.kind != "class" else "field"
    if scope.kind == "module":
        kind = "global"
    if node.field == "initializer" or (node.parent is not None
                                       and node.parent.field == "initializer"):  # fmt: skip
        kind = "loop"
    for declarator in reversed(node.all("declarator")):
        _declarator(builder, declarator, scope, kind, _is_object(node))
    builder.visit(node.get("default_value"), scope)
    type_ = node.get("type")
    if type_ is not None and type_.children:
        builder.visit(type_, scope)
    builder.visit(node.get("value"), scope)


_SIMPLE = frozenset({"primitive_type", "sized_type_specifier", "placeholder_type_specifier"})


def _is_object(node: Node) -> bool:
    """Whether a type may have a constructor that gives a value without an initialiser."""
    type_ = node.get("type")
    return type_ is not None and type_.type not in _SIMPLE


def _declarator(
    builder: Builder, declarator: Node, scope: Scope, kind: str, is_object: bool
) -> None:
    called = declarator if declarator.type == "function_declarator" else None
    for name in declared_names(declarator):
        scope.declare(name.text, "function" if called is not None else kind, name)
        if declarator.type == "init_declarator" or (is_object and called is None):
            builder.write(name, scope)
    builder.visit(declarator.get("value"), scope)
    inner: Node | None = declarator
    while inner is not None:
        builder.visit(inner.get("size"), scope)
        inner = inner.get("declarator")
    if called is not None:  # vector<int> v(n, 0) may be read as a function
        builder.visit(called.get("parameters"), builder.scope("block", called, scope,
                                                              scope.function))  # fmt: skip


def _function(builder: Builder, node: Node, scope: Scope) -> None:
    declarator = function_declarator(node)
    named = declarator.get("declarator") if declarator is not None else None
    text, owner = "", None
    if named is not None:
        text = named.text
        if "::" in text:
            owner, _, text = text.rpartition("::")
        elif named.type in _NAMES:
            scope.declare(text, "function", named)
    made, inner = builder.function(node, text, scope)
    made.owner = owner or made.owner
    made.body = node.get("body")
    made.return_type = node.get("type")
    builder.visit(node.first("field_initializer_list"), inner)
    _body(builder, made.body, inner)
    if declarator is not None:
        _parameters(builder, declarator.get("parameters"), made.params, inner)


def _body(builder: Builder, body: Node | None, inner: Scope) -> None:
    if body is not None and body.type == "compound_statement":
        builder.visit_all(body, inner)
    else:
        builder.visit(body, inner)


def _parameters(builder: Builder, holder: Node | None, params: list[Param], inner: Scope) -> None:
    for node in holder.parts if holder is not None else ():
        if "parameter" not in node.type:
            continue
        declarator, default = node.get("declarator"), node.get("default_value")
        builder.visit(default, inner)
        names = list(declared_names(declarator))
        for name in names:
            inner.declare(name.text, "param", name)
        if names or node.get("type") is not None:
            text = names[0].text if names else ""
            variadic = node.type == "variadic_parameter_declaration"
            if text or node.text != "void":
                params.append(Param(text, node, node.get("type"), default, variadic))


def _lambda(builder: Builder, node: Node, scope: Scope) -> None:
    parent = node.parent
    named = next(declared_names(parent), None) if parent is not None and (
        parent.type == "init_declarator"
    ) else None  # fmt: skip
    made, inner = builder.function(node, named.text if named is not None else "", scope)
    made.body = node.get("body")
    _body(builder, made.body, inner)
    for capture in _captures(node):
        left = capture.get("left")
        if left is not None:
            inner.declare(left.text, "local", left)
            builder.write(left, inner)
            builder.visit(capture.get("right"), scope)
        elif capture.type == "identifier":
            builder.read(capture, scope)
    declarator = node.get("declarator")
    if declarator is not None:
        _parameters(builder, declarator.get("parameters"), made.params, inner)
        made.return_type = declarator.first("trailing_return_type")


def _captures(node: Node) -> list[Node]:
    holder = node.get("captures")
    return holder.parts if holder is not None else []


def _class(builder: Builder, node: Node, scope: Scope) -> None:
    name, body = node.get("name"), node.get("body")
    if name is not None and body is not None:
        scope.declare(name.text, "class", name)
    inner = builder.scope("class", node, scope, scope.function)
    builder.visit(body, inner)


def _block(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit_all(node, builder.scope("block", node, scope, scope.function))


def _range_loop(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    for name in declared_names(node.get("declarator")):
        inner.declare(name.text, "loop", name)
        builder.write(name, inner)
    builder.visit(node.get("body"), inner)
    builder.visit(node.get("right"), scope)
    builder.visit(node.get("initializer"), inner)


def _catch(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    holder = node.get("parameters")
    for one in holder.parts if holder is not None else ():
        for name in declared_names(one.get("declarator")):
            inner.declare(name.text, "catch", name)
    builder.visit(node.get("body"), inner)


def _assignment(builder: Builder, node: Node, scope: Scope) -> None:
    left, operator = node.get("left"), node.get("operator")
    plain = operator is None or operator.text == "="
    if left is not None and left.type == "identifier":
        builder.write(left, scope, "w" if plain else "rw")
    else:
        builder.visit(left, scope)
    builder.visit(node.get("right"), scope)


def _update(builder: Builder, node: Node, scope: Scope) -> None:
    target = node.get("argument")
    if target is not None and target.type == "identifier":
        builder.write(target, scope, "rw")
    else:
        builder.visit(target, scope)


def _input(builder: Builder, node: Node, scope: Scope) -> None:
    """``cin >> x`` writes x; other shifts read both sides."""
    operator, right = node.get("operator"), node.get("right")
    if (
        operator is not None
        and operator.text == ">>"
        and right is not None
        and (right.type == "identifier")
    ):
        left = node.get("left")
        while left is not None and left.type == "binary_expression":
            left = left.get("left")
        if left is not None and left.type in _NAMES | {"qualified_identifier", "call_expression"}:
            builder.write(right, scope, "rw")
            builder.visit(node.get("left"), scope)
            return
    builder.visit_all(node, scope)


def _return(builder: Builder, node: Node, scope: Scope) -> None:
    if scope.function is not None:
        scope.function.returns.append(node)
    builder.visit_all(node, scope)


HANDLERS: dict[str, Handler] = {
    "identifier": _identifier,
    "qualified_identifier": _qualified,
    "declaration": _declaration,
    "field_declaration": _declaration,
    "parameter_declaration": _declaration,
    "optional_parameter_declaration": _declaration,
    "function_definition": _function,
    "lambda_expression": _lambda,
    "class_specifier": _class,
    "struct_specifier": _class,
    "compound_statement": _block,
    "for_statement": _block,
    "if_statement": _block,
    "while_statement": _block,
    "switch_statement": _block,
    "for_range_loop": _range_loop,
    "catch_clause": _catch,
    "assignment_expression": _assignment,
    "update_expression": _update,
    "binary_expression": _input,
    "return_statement": _return,
    "using_declaration": ignored,
    "namespace_alias_definition": ignored,
}
