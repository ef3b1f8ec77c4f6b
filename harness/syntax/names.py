"""What a program defines: functions, methods, classes, variables and imports, with their places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from harness.models import Language
from harness.syntax.parsing import parse


@dataclass(frozen=True)
class FunctionInfo:
    """A definition found in a program.

    kind: function | method | class | variable. params: parameter names in order (a pattern is
    its source text; ``*``/``...`` and defaults are left out). line, end_line: 1-based.
    start, end: byte offsets of the whole definition. nested: inside another function.
    owner: the class (or namespace-qualified scope) a method belongs to.
    """

    name: str
    params: tuple[str, ...]
    line: int
    end_line: int
    start: int
    end: int
    kind: str = "function"
    nested: bool = False
    owner: str | None = None


@dataclass(frozen=True)
class Chunk:
    """One top-level item of a program: its text, 1-based line, and the names it defines."""

    text: str
    line: int
    kind: str
    names: tuple[str, ...]


def definitions(language: Language, source: str) -> list[FunctionInfo]:
    """Every function, method, class, top-level variable and import, in source order."""
    tree = parse(language, source)
    return [] if tree is None else list(_definitions(language, tree.root_node))


def functions(language: Language, source: str) -> list[FunctionInfo]:
    """Functions and methods of a program in source order, nested ones marked."""
    return [one for one in definitions(language, source) if one.kind in ("function", "method")]


def defines(language: Language, source: str, name: str) -> bool:
    """Whether ``name`` can be called from outside: a top-level definition (any method in C#)."""
    return any(
        one.name == name and is_callable_from_outside(language, one)
        for one in definitions(language, source)
    )


def is_callable_from_outside(language: Language, found: FunctionInfo) -> bool:
    """Top-level names, and in C# every method (its class is reached by reflection)."""
    return not found.nested and (found.kind != "method" or language is Language.CSHARP)


def top_level(language: Language, source: str) -> list[Chunk]:
    """The program's top-level items in order, comments included (kind ``comment``)."""
    tree = parse(language, source)
    if tree is None:
        return []
    nodes = tree.root_node.named_children
    starts = [node.start_byte for node in nodes]
    names: list[list[str]] = [[] for _ in nodes]
    for one in _definitions(language, tree.root_node):
        at = bisect_right(starts, one.start) - 1
        if not one.nested and at >= 0:
            names[at].append(one.name)
    return [
        Chunk(_text(node), node.start_point[0] + 1, node.type, tuple(found))
        for node, found in zip(nodes, names, strict=True)
    ]


_FUNCTIONS = {
    "function_definition", "function_declaration", "generator_function_declaration",
    "method_definition", "method_declaration", "local_function_statement",
    "constructor_declaration",
}  # fmt: skip
_CLASSES = {
    "class_definition", "class_declaration", "struct_declaration", "record_declaration",
    "interface_declaration", "class_specifier", "struct_specifier",
}  # fmt: skip
_FUNCTION_VALUES = {
    "lambda", "arrow_function", "function_expression", "generator_function", "lambda_expression",
}  # fmt: skip
_EXPORTS = re.compile(r"^(module\.exports|exports|global|globalThis|window|self|this)$")


def _definitions(language: Language, root: Node) -> Iterator[FunctionInfo]:
    stack: list[tuple[Node, str | None, bool]] = [(root, None, False)]
    while stack:
        node, owner, nested = stack.pop()
        kind = node.type
        inner_owner, inner_nested = owner, nested
        if kind in _FUNCTIONS:
            yield from _named(node, "method" if owner else "function", owner, nested)
            inner_owner, inner_nested = None, True
        elif kind in _CLASSES and (body := node.child_by_field_name("body")) is not None:
            yield from _named(node, "class", owner, nested)
            name = node.child_by_field_name("name")
            inner_owner = _text(name) if name is not None else "<anonymous>"
            del body
        elif kind in _FUNCTION_VALUES:
            inner_nested = True
        elif kind in ("assignment", "assignment_expression", "variable_declarator",
                      "init_declarator"):  # fmt: skip
            yield from _assigned(node, owner, nested)
        elif kind in ("import_statement", "import_from_statement") and language is Language.PYTHON:
            yield from _imported(node, nested)
        stack.extend((child, inner_owner, inner_nested) for child in reversed(node.named_children))


def _named(node: Node, kind: str, owner: str | None, nested: bool) -> Iterator[FunctionInfo]:
    name = node.child_by_field_name("name") or _declared_name(node)
    if name is not None:
        text = _text(name)
        if "::" in text:  # C++: Type::method defined outside its class
            owner, _, text = text.rpartition("::")
            kind = "method"
        yield _info(text, node, node, kind, nested, owner)


def _assigned(node: Node, owner: str | None, nested: bool) -> Iterator[FunctionInfo]:
    left = node.child_by_field_name("left") or node.child_by_field_name("name")
    left = left or node.child_by_field_name("declarator")
    value = node.child_by_field_name("right") or node.child_by_field_name("value")
    if left is None:
        return
    name = _text(left)
    if left.type == "member_expression":
        target, _, name = name.rpartition(".")
        if not _EXPORTS.match(target):
            if value is None or target + "." + name != "module.exports":
                return
            yield from _exported(value, nested)
            return
    if owner is not None or not name.isidentifier():
        return
    is_function = value is not None and value.type in _FUNCTION_VALUES
    if is_function and value is not None:
        yield _info(name, value, node, "function", nested, None)
    elif not nested:
        kind = "class" if value is not None and value.type == "class" else "variable"
        yield _info(name, node, node, kind, nested, None)


def _exported(value: Node, nested: bool) -> Iterator[FunctionInfo]:
    """``module.exports = function f() {}`` and ``module.exports = {f: () => 1, g() {}}``."""
    if value.type in _FUNCTION_VALUES:
        name = value.child_by_field_name("name")
        if name is not None:
            yield _info(_text(name), value, value, "function", nested, None)
    for pair in value.named_children if value.type == "object" else ():
        key, held = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and held is not None and held.type in _FUNCTION_VALUES:
            yield _info(_text(key), held, pair, "function", nested, None)


def _imported(node: Node, nested: bool) -> Iterator[FunctionInfo]:
    for child in node.children_by_field_name("name"):
        alias = child.child_by_field_name("alias")
        name = _text(alias) if alias is not None else _text(child).split(".")[0]
        yield _info(name, node, node, "import", nested, None)


def _info(
    name: str, function: Node, whole: Node, kind: str, nested: bool, owner: str | None
) -> FunctionInfo:
    return FunctionInfo(
        name=name,
        params=() if kind in ("variable", "import", "class") else _params(function),
        line=whole.start_point[0] + 1,
        end_line=whole.end_point[0] + 1,
        start=whole.start_byte,
        end=whole.end_byte,
        kind=kind,
        nested=nested,
        owner=owner,
    )


def _declared_name(node: Node) -> Node | None:
    """C++: the name inside ``int *(&f)(…)``-like declarators."""
    inner = node.child_by_field_name("declarator")
    while inner is not None:
        deeper = inner.child_by_field_name("declarator")
        if deeper is None and inner.type == "reference_declarator" and inner.named_children:
            deeper = inner.named_children[0]
        if deeper is None:
            return inner
        inner = deeper
    return None


def _params(function: Node) -> tuple[str, ...]:
    single = function.child_by_field_name("parameter")  # JavaScript: x => …
    if single is not None:
        return (_text(single),)
    holder = function.child_by_field_name("parameters")
    inner = function.child_by_field_name("declarator")
    while holder is None and inner is not None:
        holder = inner.child_by_field_name("parameters")
        inner = inner.child_by_field_name("declarator") or (
            inner.named_children[0] if inner.type == "reference_declarator" else None
        )
    if holder is None:
        return ()
    names = (_param_name(child) for child in holder.named_children if child.type != "comment")
    return tuple(name for name in names if name)


_SEPARATORS = {"keyword_separator", "positional_separator"}


def _param_name(node: Node) -> str:
    if node.type in _SEPARATORS:
        return ""
    for field in ("name", "left", "declarator"):
        inner = node.child_by_field_name(field)
        if inner is not None:
            return _text(inner) if field != "declarator" else _param_name(inner)
    wrapped = node.type in ("typed_parameter", "list_splat_pattern", "dictionary_splat_pattern",
                            "rest_pattern", "reference_declarator")  # fmt: skip
    if wrapped and node.named_children:
        return _param_name(node.named_children[0])
    return _text(node) if node.type != "parameter_declaration" else ""


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
