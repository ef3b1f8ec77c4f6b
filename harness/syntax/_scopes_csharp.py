"""Names in C#: members of a class are seen in its methods, patterns and out declare."""

from __future__ import annotations

from harness.syntax._scope_builder import Builder, Handler, ignored, lexical
from harness.syntax.scopes import Param, Scope, Scopes
from harness.syntax.tree import Document, Node


def build(document: Document) -> Scopes:
    """Scopes of a C# program."""
    return Builder(document, HANDLERS).run(lexical)


def _identifier(builder: Builder, node: Node, scope: Scope) -> None:
    builder.read(node, scope)


def bind(builder: Builder, target: Node | None, scope: Scope, kind: str, *, writes: bool) -> None:
    """Declare the names of ``x`` or ``(x, y)``."""
    for one in target.walk() if target is not None else ():
        if one.type == "identifier" and (one is target or one.field in ("name", None)):
            scope.declare(one.text, kind, one)
            if writes:
                builder.write(one, scope)


def _declarator(builder: Builder, node: Node, scope: Scope) -> None:
    target = node.get("name") or node.first("tuple_pattern")
    kind = {"class": "field", "module": "global"}.get(scope.kind, "local")
    if node.parent is not None and node.parent.field == "initializer":
        kind = "loop"
    values = [one for one in node.parts if one is not target]
    bind(builder, target, scope, kind, writes=bool(values))
    for value in reversed(values):
        builder.visit(value, scope)


def _variable_declaration(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit_all(node, scope, skip=(node.get("type"),))


def _function(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    if name is not None and node.type != "constructor_declaration":
        scope.declare(name.text, "function", name)
    made, inner = builder.function(node, name.text if name is not None else "", scope)
    made.return_type = node.get("returns") or node.get("type")
    made.is_async = any(one.type == "modifier" and one.text == "async" for one in node.children)
    made.body = _expression_body(node.get("body"))
    _parameters(builder, node.get("parameters"), made.params, inner)
    builder.visit(node.first("constructor_initializer"), inner)
    _body(builder, made.body, inner)


def _expression_body(body: Node | None) -> Node | None:
    """The expression of ``=> x``."""
    if body is not None and body.type == "arrow_expression_clause":
        return next(iter(body.parts), None)
    return body


def _body(builder: Builder, body: Node | None, inner: Scope) -> None:
    if body is not None and body.type == "block":
        builder.visit_all(body, inner)
    else:
        builder.visit(body, inner)


def _parameters(builder: Builder, holder: Node | None, params: list[Param], inner: Scope) -> None:
    if holder is None:
        return
    if holder.type == "implicit_parameter":
        inner.declare(holder.text, "param", holder)
        params.append(Param(holder.text, holder))
    for node in (one for one in holder.parts if one.type == "parameter"):
        name = node.get("name")
        if name is not None:
            default = next((one for one in node.parts if one.field is None
                            and one.type not in ("modifier", "attribute_list")), None)  # fmt: skip
            inner.declare(name.text, "param", name)
            params.append(Param(name.text, node, node.get("type"), default))
            builder.visit(default, inner)
    # The grammar lays ``params int[] rest`` flat into the list.
    name = holder.get("name")
    if name is not None:
        inner.declare(name.text, "param", name)
        params.append(Param(name.text, name, holder.get("type"), None, variadic=True))


def _lambda(builder: Builder, node: Node, scope: Scope) -> None:
    parent = node.parent
    target = parent.get("name") if parent is not None and (
        parent.type == "variable_declarator"
    ) else None  # fmt: skip
    made, inner = builder.function(node, target.text if target is not None else "", scope)
    made.is_async = node.text.startswith("async")
    made.body = node.get("body") or node.first("block")
    _parameters(builder, node.get("parameters"), made.params, inner)
    _body(builder, made.body, inner)


def _type(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    if name is not None:
        scope.declare(name.text, "class", name)
    inner = builder.scope("class", node, scope, scope.function)
    holder = node.first("parameter_list")  # a record's or a primary constructor's
    for one in holder.parts if holder is not None else ():
        inner_name = one.get("name")
        if inner_name is not None:
            inner.declare(inner_name.text, "field", inner_name)
    builder.visit(node.get("body"), inner)


def _property(builder: Builder, node: Node, scope: Scope) -> None:
    name = node.get("name")
    if name is not None:
        scope.declare(name.text, "field", name)
    builder.visit(node.get("accessors"), scope)
    builder.visit(node.get("value"), scope)


def _accessor(builder: Builder, node: Node, scope: Scope) -> None:
    body = _expression_body(node.get("body"))
    if body is None:
        return
    made, inner = builder.function(node, node.text.split()[0].rstrip("{;="), scope)
    inner.declare("value", "param")
    made.body = body
    _body(builder, body, inner)


def _block(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit_all(node, builder.scope("block", node, scope, scope.function))


def _foreach(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    bind(builder, node.get("left"), inner, "loop", writes=True)
    builder.visit(node.get("body"), inner)
    builder.visit(node.get("right"), scope)


def _catch(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    holder = node.first("catch_declaration")
    bind(builder, holder.get("name") if holder is not None else None, inner, "catch", writes=False)
    builder.visit_all(node, inner, skip=(holder,))


def _designation(builder: Builder, node: Node, scope: Scope) -> None:
    """``out var n``, ``is string s``, ``case int m``."""
    bind(builder, node.get("name"), scope, "local", writes=True)
    for one in node.parts:
        if one.field is None:
            builder.visit(one, scope)


def _assignment(builder: Builder, node: Node, scope: Scope) -> None:
    left, operator = node.get("left"), node.get("operator")
    plain = operator is None or operator.text == "="
    _write(builder, left, scope, "w" if plain else "rw")
    builder.visit(node.get("right"), scope)


def _write(builder: Builder, target: Node | None, scope: Scope, mode: str) -> None:
    if target is None:
        return
    if target.type == "identifier":
        builder.write(target, scope, mode)
    elif target.type == "tuple_expression":
        for one in target.parts:
            _write(builder, next(iter(one.parts), None), scope, mode)
    else:
        builder.visit(target, scope)


def _increment(builder: Builder, node: Node, scope: Scope) -> None:
    operand = next(iter(node.parts), None)
    if node.has("++", "--") and operand is not None and operand.type == "identifier":
        builder.write(operand, scope, "rw")
    else:
        builder.visit_all(node, scope)


def _argument(builder: Builder, node: Node, scope: Scope) -> None:
    value = node.parts[-1] if node.parts else None
    if value is not None and value.type == "identifier" and node.has("ref", "out"):
        builder.write(value, scope, "w" if node.has("out") else "rw")
    else:
        builder.visit(value, scope)


def _member(builder: Builder, node: Node, scope: Scope) -> None:
    """``this.x = …`` uses the field x; ``a.b`` reads a only."""
    object_, name = node.get("expression"), node.get("name")
    if (
        object_ is not None
        and object_.type in ("this", "this_expression")
        and (name is not None and name.type == "identifier")
    ):
        owner = scope.nearest("class")
        if name.text in owner.variables:
            builder.write(name, owner, "rw")
        return
    builder.visit(object_, scope)


def _query(builder: Builder, node: Node, scope: Scope) -> None:
    inner = builder.scope("block", node, scope, scope.function)
    for one in node.parts:
        name = one.get("name")
        if name is not None and one.type in ("from_clause", "let_clause", "join_clause"):
            inner.declare(name.text, "loop", name)
    builder.visit_all(node, inner)


def _clause(builder: Builder, node: Node, scope: Scope) -> None:
    builder.visit_all(node, scope, skip=(node.get("name"), node.get("type")))


def _return(builder: Builder, node: Node, scope: Scope) -> None:
    if scope.function is not None:
        yielded = node.type == "yield_statement"
        (scope.function.yields if yielded else scope.function.returns).append(node)
    builder.visit_all(node, scope)


HANDLERS: dict[str, Handler] = {
    "identifier": _identifier,
    "variable_declarator": _declarator,
    "variable_declaration": _variable_declaration,
    **dict.fromkeys(
        ("method_declaration", "local_function_statement", "constructor_declaration",
         "operator_declaration", "destructor_declaration", "conversion_operator_declaration"),
        _function,
    ),
    "lambda_expression": _lambda,
    "anonymous_method_expression": _lambda,
    **dict.fromkeys(
        ("class_declaration", "struct_declaration", "record_declaration", "interface_declaration"),
        _type,
    ),
    "property_declaration": _property,
    "accessor_declaration": _accessor,
    "block": _block,
    "for_statement": _block,
    "switch_section": _block,
    "switch_expression_arm": _block,
    "foreach_statement": _foreach,
    "catch_clause": _catch,
    "declaration_expression": _designation,
    "declaration_pattern": _designation,
    "var_pattern": _designation,
    "recursive_pattern": _designation,
    "assignment_expression": _assignment,
    "postfix_unary_expression": _increment,
    "prefix_unary_expression": _increment,
    "argument": _argument,
    "member_access_expression": _member,
    "query_expression": _query,
    "from_clause": _clause,
    "let_clause": _clause,
    "join_clause": _clause,
    "return_statement": _return,
    "yield_statement": _return,
    **dict.fromkeys(
        ("using_directive", "base_list", "type_argument_list", "attribute_list", "generic_name",
         "namespace_declaration_name"),
        ignored,
    ),
}  # fmt: skip
