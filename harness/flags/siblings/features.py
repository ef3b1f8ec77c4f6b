"""The parts of a program that siblings are compared by, whatever it calls its variables.

``parts(context)`` gives them in source order. Parameters are known by their number, locals by
being locals. Comments, docstrings, annotations and imports are left out, and so is top-level code
that the function asked for does not need: a response's own tests are no part of its logic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from harness.flags.rule import Context, Span
from harness.models import Language
from harness.syntax.scopes import Variable
from harness.syntax.shapes import COMPARISONS, as_call
from harness.syntax.tree import Node

Mark = tuple[str, str]

MAX_LABEL_CHARS = 40
_SKIPPED = frozenset({
    "import_statement", "import_from_statement", "future_import_statement", "preproc_include",
    "using_directive", "using_declaration", "type", "type_annotation",
})  # fmt: skip
_WRAPPERS = frozenset({"parenthesized_expression", "expression_statement", "argument",
                       "typed_parameter"})  # fmt: skip
# Elsewhere the same tokens are brackets of types, pointers, rest parameters.
_OPERATIONS = ("binary", "comparison", "boolean", "not_operator", "unary", "update", "assignment",
               "ternary", "conditional_expression")  # fmt: skip
_NUMBERS = frozenset({"integer", "float", "number", "number_literal", "integer_literal",
                      "real_literal"})  # fmt: skip
_WORDS = frozenset({"true", "false", "none", "null", "null_literal", "boolean_literal",
                    "undefined", "nullptr"})  # fmt: skip
_TEXTS = frozenset({
    "string", "string_literal", "char_literal", "character_literal", "verbatim_string_literal",
    "raw_string_literal", "regex", "attribute_value",
})  # fmt: skip
_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", ">>>",
                         "+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", "++",
                         "--"})  # fmt: skip
_LOGIC = frozenset({"and", "or", "not", "&&", "||", "!", "??", "?"})
_TOKENS = COMPARISONS | _ARITHMETIC | _LOGIC | {"="}
_STATEMENTS = {
    "for_statement": "a for loop", "for_in_statement": "a for loop", "for_range_loop": "a for loop",
    "foreach_statement": "a for loop", "while_statement": "a while loop", "do_statement": "a loop",
    "list_comprehension": "a comprehension", "set_comprehension": "a comprehension",
    "dictionary_comprehension": "a comprehension", "try_statement": "a try", "lambda": "a lambda",
    "break_statement": "break", "continue_statement": "continue",
    "conditional_expression": "a conditional", "ternary_expression": "a conditional",
    "raise_statement": "raise", "throw_statement": "throw", "tag_name": "a tag",
}  # fmt: skip


class Part(NamedTuple):
    """label: what it is. mark: (kind, text) if it is worth naming. up: what it is in."""

    label: str
    mark: Mark | None
    up: str
    where: Node | Span


def parts(context: Context) -> Iterator[Part]:
    """Parts of a program; of a page, its scripts' too."""
    if context.language is Language.SQL and context.statements:
        from harness.flags.siblings import sql  # late: sqlglot is slow to load

        yield from (Part(*found) for found in sql.parts(context))
        return
    for one in (context, *context.scripts):
        names = Names(one)
        for node in nodes(one):
            up = above(node)
            yield Part(names.label(node), _mark(node, names), up.type if up else "", node)


def above(node: Node) -> Node | None:
    """Its parent, parentheses and the like aside."""
    up = node.parent
    while up is not None and up.type in _WRAPPERS:
        up = up.parent
    return up


def nodes(context: Context) -> Iterator[Node]:
    """Nodes that count, in source order."""
    stack = list(reversed(_needed(context) or [context.doc.root]))
    while stack:
        node = stack.pop()
        if node.type in _SKIPPED or _is_docstring(node):
            continue
        if (node.named or _is_operator(node)) and node.type not in _WRAPPERS:
            yield node
        if node.type not in _TEXTS:
            stack.extend(reversed(node.children))


def _is_operator(node: Node) -> bool:
    up = node.parent
    return node.type in _TOKENS and up is not None and any(word in up.type for word in _OPERATIONS)


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and [one.type for one in node.parts] == ["string"]


def _needed(context: Context) -> list[Node]:
    """Top-level statements that the entry point needs, itself included; [] if there is none."""
    if context.entry is None:
        return []
    homes = {id(node): top for top in context.doc.root.parts for node in top.walk()}
    if id(context.entry.node) not in homes:
        return []
    module = context.scopes.module
    places = {id(one): [homes[id(node)] for node in (*one.declarations, *one.writes)
                        if id(node) in homes] for one in module.variables.values()}  # fmt: skip
    wanted: set[int] = set()
    todo = [homes[id(context.entry.node)]]
    while todo:
        top = todo.pop()
        if id(top) not in wanted:
            wanted.add(id(top))
            for node in top.walk():
                # Taken out: a name that is used everywhere may be defined everywhere, too.
                todo.extend(places.pop(id(context.scopes.variable_of(node)), ()))
    return [top for top in context.doc.root.parts if id(top) in wanted]


class Names:
    """What identifiers are called when the author's choice of names is taken away."""

    def __init__(self, context: Context) -> None:
        self.known = context.scopes
        self.entry = context.entry_point
        self.params: dict[int, str] = {}
        for function in self.known.functions:
            own = function.scope.variables if function.scope is not None else {}
            for number, param in enumerate(function.params, start=1):
                if param.name in own:
                    text = f"param {number}" if function is context.entry else "param"
                    self.params[id(own[param.name])] = text

    def label(self, node: Node) -> str:
        """What a node is."""
        kind = node.type
        if kind in _NUMBERS or kind in _TEXTS or kind in _WORDS:
            return _short(node)
        if kind.endswith("identifier") or kind in ("tag_name", "attribute_name"):
            variable = self.known.variable_of(node)
            return _short(node) if variable is None else self.of(variable)
        return kind

    def of(self, variable: Variable) -> str:
        """What a variable is."""
        if variable.name == self.entry and variable.kind in ("function", "global"):
            return "itself"
        if variable.kind == "import":
            return variable.name[:MAX_LABEL_CHARS]
        kind = "local" if variable.kind in ("global", "loop") else variable.kind
        return self.params.get(id(variable), kind)


def _short(node: Node) -> str:
    return " ".join(node.text[: 4 * MAX_LABEL_CHARS].split())[:MAX_LABEL_CHARS]


def _mark(node: Node, names: Names) -> Mark | None:
    """What a trainer would call it, if it is a choice that programs differ in."""
    kind = node.type
    if kind in _NUMBERS:
        return "number", _short(node)
    if kind in _TEXTS:
        return "text", _short(node)
    if kind in COMPARISONS:
        return "comparison", kind
    if kind in _ARITHMETIC:
        return "arithmetic", kind
    if kind in _STATEMENTS:
        return "statement", _STATEMENTS[kind]
    call = as_call(node)
    if call is not None and call.name:
        variable = names.known.variable_of(call.callee)
        own = variable is not None and variable.kind != "import" and call.receiver is None
        if own and variable is not None and names.of(variable) != "itself":
            return None
        return "call", "itself" if own else f"{call.name[:MAX_LABEL_CHARS]}()"
    return None
