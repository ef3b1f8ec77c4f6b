"""A function that was to be written has no body: it does nothing, or says it is not implemented.

Why: the answer leaves out what was asked for.

Bad:
    def median(values):
        # TODO: implement
        return 0

Good:
    def median(values):
        ordered = sorted(values)
        return ordered[len(ordered) // 2]

Known misses: bodies that only print or only log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language, Layer
from harness.syntax.blocks import statements
from harness.syntax.constants import fold
from harness.syntax.scopes import Function
from harness.syntax.tree import Node

_UNFINISHED = re.compile(r"not\s*(?:yet\s*)?(?:been\s+)?implemented|unimplemented|todo",
                         re.IGNORECASE)  # fmt: skip
_TODO = re.compile(r"\b(?:todo|fixme|implement|your code|placeholder|fill in)\b", re.IGNORECASE)
_ABSTRACT = re.compile(r"abstract|overload|Protocol|\bABC\b|interface|virtual|extern|partial")


def check(context: Context) -> Iterable[Finding]:
    """Functions whose whole body is a way of saying nothing."""
    bases = _bases(context)
    for function in context.scopes.functions:
        if not function.name or _may_be_empty(function, bases):
            continue
        reason = _reason(function, context)
        if reason:
            yield Finding(_head(function), f"{function.name} {reason}")


def _bases(context: Context) -> set[str]:
    """Classes that others build on: their methods may be meant to be overridden."""
    found: set[str] = set()
    for holder in context.doc.all("argument_list", "class_heritage", "base_list",
                                  "base_class_clause"):  # fmt: skip
        found.update(re.findall(r"\w+", holder.text))
    return found


def _may_be_empty(function: Function, bases: set[str]) -> bool:
    name, owner = function.name, function.owner
    if owner is not None and (owner in bases or name in ("constructor", owner)
                              or name.startswith(("__", "~"))):  # fmt: skip
        return True
    if function.parent is not None or function.node.type in ("arrow_function", "lambda"):
        return True
    around = function.node.inside("class_definition", "interface_declaration")
    outer = function.node.parent
    text = outer.text[:200] if outer is not None and outer.type == "decorated_definition" else ""
    head = around.text.partition("\n")[0] if around is not None else ""
    return bool(_ABSTRACT.search(text + head + function.node.text.partition("{")[0][:300]))


def _reason(function: Function, context: Context) -> str:
    if function.body is None or function.value is not None:
        return ""
    body = [one for one in statements(function.body) if not _is_docstring(one)]
    if not body:
        return "has an empty body" if _returns_something(function, context) else ""
    if len(body) > 1:
        return ""
    only = body[0]
    if only.type == "pass_statement" or only.text.rstrip(";") == "...":
        return "has no body"
    raises = only.type in ("raise_statement", "throw_statement") or only.text.startswith("throw")
    if raises and _UNFINISHED.search(only.text.replace("NotImplemented", "not implemented")):
        return "only says that it is not implemented"
    if only.type == "return_statement" and _has_todo(function):
        value = only.parts[0] if only.parts else None
        if value is None or fold(value) is not None or not value.parts:
            return "returns a constant beside a note to write it"
    return ""


def _is_docstring(node: Node) -> bool:
    inner = node.parts[0] if node.type == "expression_statement" and node.parts else None
    return inner is not None and inner.type in ("string", "concatenated_string")


def _returns_something(function: Function, context: Context) -> bool:
    """An empty body is right for what returns nothing, such as a callback."""
    type_ = function.return_type.text if function.return_type is not None else ""
    if context.language in (Language.CPP, Language.CSHARP):
        return bool(type_) and type_ != "void"
    return context.language is Language.PYTHON or function.name == context.entry_point


def _has_todo(function: Function) -> bool:
    return any(
        comment.within(function.node) and _TODO.search(comment.text)
        for comment in function.node.doc.comments
    )


def _head(function: Function) -> Node:
    return function.node.get("name") or function.node.get("declarator") or function.node


RULE = Rule(
    id="stub-body",
    languages=PROCEDURAL,
    question="Was this function left for someone else to write?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    in_prompt=True,
)
