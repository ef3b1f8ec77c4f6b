"""The same shapes in every language: calls, comparisons, assignments.

    for one in comparisons(doc): one.op, one.left, one.right
    for one in calls(doc):       one.name, one.receiver, one.args
    for one in assignments(doc): one.target, one.op, one.value

Each has ``.node``, the whole. Operators read alike: ``and``, ``or``, ``not`` in all languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.models import Language
from harness.syntax.tree import Document, Node

COMPARISONS = frozenset({"==", "!=", "===", "!==", "<", "<=", ">", ">=", "is", "is not", "in",
                         "not in"})  # fmt: skip
LOGICAL = frozenset({"and", "or", "??"})
_SPELLINGS = {"&&": "and", "||": "or", "!": "not", "<>": "!="}
_BINARY = ("binary_expression", "binary_operator", "boolean_operator")
_CALLS = ("call", "call_expression", "invocation_expression", "new_expression",
          "object_creation_expression")  # fmt: skip
_WRAPPERS = frozenset({"parenthesized_expression", "condition_clause", "argument"})
_EFFECTS = frozenset({
    *_CALLS, "assignment", "augmented_assignment", "assignment_expression",
    "augmented_assignment_expression", "update_expression", "named_expression", "await",
    "await_expression", "yield", "yield_expression", "delete_expression", "throw_expression",
    "postfix_unary_expression", "lambda_expression",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Binary:
    """``left op right``; a Python chain gives one for each pair."""

    node: Node
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """name: last part of what is called ("" if it is no name); receiver: what stands before it.

    args: positional ones. new: ``new Thing(…)``.
    """

    node: Node
    callee: Node
    name: str
    receiver: Node | None
    args: list[Node]
    keywords: dict[str, Node] = field(default_factory=dict)
    new: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """op: "=", "+=", …; declares: it also declares its target (``let x = 1``, ``int x = 1``)."""

    node: Node
    target: Node
    op: str
    value: Node
    declares: bool = False


def bare(node: Node) -> Node:
    """The node inside parentheses and argument wrappers."""
    while node.type in _WRAPPERS:
        inner = [one for one in node.parts if one.field != "name"]
        if len(inner) != 1:
            break
        node = inner[0]
    return node


def is_pure(node: Node) -> bool:
    """Whether evaluating it twice is the same as once: no call, no assignment, no await."""
    return not any(
        one.type in _EFFECTS or (one.type == "prefix_unary_expression" and one.has("++", "--"))
        for one in node.walk()
    )


def as_binary(node: Node) -> Binary | None:
    """The shape of a binary expression; None for other nodes and for chains of comparisons."""
    pairs = list(_pairs(node))
    return pairs[0] if len(pairs) == 1 else None


def binaries(doc: Document) -> Iterator[Binary]:
    """Arithmetic, comparisons and logic."""
    return doc.once("binaries", _binaries)


def _binaries(doc: Document) -> Iterator[Binary]:
    for node in doc.all(*_BINARY, "comparison_operator"):
        yield from _pairs(node)


def comparisons(doc: Document) -> Iterator[Binary]:
    """Comparisons, membership and identity tests."""
    return (one for one in binaries(doc) if one.op in COMPARISONS)


def _pairs(node: Node) -> Iterator[Binary]:
    if node.type == "comparison_operator":
        left: Node | None = None
        op = ""
        for child in node.children:
            if child.field == "operators":
                op = " ".join(child.text.split())
            elif child.named:
                if left is not None:
                    yield Binary(node, _SPELLINGS.get(op, op), left, child)
                left = child
    elif node.type in _BINARY:
        left, right, operator = node.get("left"), node.get("right"), node.get("operator")
        if left is not None and right is not None and operator is not None:
            text = operator.text
            yield Binary(node, _SPELLINGS.get(text, text), left, right)


def operand_of_not(node: Node) -> Node | None:
    """What ``not x`` or ``!x`` negates."""
    if node.type == "not_operator":
        return node.get("argument")
    if node.type in ("unary_expression", "prefix_unary_expression") and node.has("!", "not"):
        return node.get("argument") or next(iter(node.parts), None)
    return None


def as_call(node: Node) -> Call | None:
    """The shape of a call."""
    if node.type not in _CALLS:
        return None
    new = node.type in ("new_expression", "object_creation_expression")
    callee = node.get("function") or node.get("constructor") or node.get("type")
    if callee is None:
        return None
    name, receiver = _callee(callee)
    args, keywords = _arguments(node.get("arguments"))
    return Call(node, callee, name, receiver, args, keywords, new)


def calls(doc: Document) -> Iterator[Call]:
    """Every call, constructions included."""
    return doc.once("calls", _all_calls)


def _all_calls(doc: Document) -> Iterator[Call]:
    for node in doc.all(*_CALLS):
        found = as_call(node)
        if found is not None:
            yield found


def _callee(callee: Node) -> tuple[str, Node | None]:
    if callee.type in ("attribute", "member_expression", "field_expression",
                       "member_access_expression"):  # fmt: skip
        name = (callee.get("attribute") or callee.get("property") or callee.get("field")
                or callee.get("name"))  # fmt: skip
        receiver = callee.get("object") or callee.get("argument") or callee.get("expression")
        return (_plain(name) if name is not None else ""), receiver
    if callee.type == "qualified_identifier":
        return callee.text.rpartition("::")[2].partition("<")[0], callee.get("scope")
    return _plain(callee), None


def _plain(node: Node) -> str:
    """A name without its type arguments; "" for what is none."""
    if node.type in ("generic_name", "template_function", "template_method", "template_type"):
        inner = node.get("name") or next(iter(node.parts), None)
        return inner.text if inner is not None else ""
    return node.text if node.type.endswith("identifier") or node.type == "predefined_type" else ""


def _arguments(holder: Node | None) -> tuple[list[Node], dict[str, Node]]:
    args: list[Node] = []
    keywords: dict[str, Node] = {}
    if holder is not None and holder.type == "generator_expression":
        return [holder], {}
    for one in holder.parts if holder is not None else ():
        name, value = one.get("name"), one.get("value")
        if one.type == "keyword_argument" and name is not None and value is not None:
            keywords[name.text] = value
        elif one.type == "argument" and one.parts:
            if name is not None:
                keywords[name.text] = one.parts[-1]
            else:
                args.append(one.parts[-1])
        else:
            args.append(one)
    return args, keywords


def as_assign(node: Node) -> Assign | None:
    """The shape of an assignment or of a declaration with a value."""
    kind = node.type
    if kind in ("assignment", "augmented_assignment", "assignment_expression",
                "augmented_assignment_expression"):  # fmt: skip
        target, value = node.get("left"), node.get("right")
        operator = node.get("operator")
        op = operator.text if operator is not None else "="
    elif kind in ("variable_declarator", "init_declarator", "named_expression"):
        target = node.get("name") or node.get("declarator")
        value = node.get("value")
        if value is None and node.doc.language is Language.CSHARP and len(node.parts) > 1:
            target, value = node.parts[0], node.parts[-1]
        op = "="
    else:
        return None
    if target is None or value is None:
        return None
    declares = kind in ("variable_declarator", "init_declarator")
    return Assign(node, target, op, value, declares)


def assignments(doc: Document) -> Iterator[Assign]:
    """Assignments, augmented ones and declarations with a value."""
    return doc.once("assignments", _assignments)


def _assignments(doc: Document) -> Iterator[Assign]:
    for node in doc.all(
        "assignment", "augmented_assignment", "assignment_expression",
        "augmented_assignment_expression", "variable_declarator", "init_declarator",
        "named_expression",
    ):  # fmt: skip
        found = as_assign(node)
        if found is not None:
            yield found
