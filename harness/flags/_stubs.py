"""Functions that say nothing: bodies left for someone else to write."""

from __future__ import annotations

import re

from harness.flags.rule import Context
from harness.models import Language
from harness.syntax.blocks import statements
from harness.syntax.constants import fold
from harness.syntax.scopes import Function
from harness.syntax.tree import Node

MAX_BASES_BYTES = 500
_UNFINISHED = re.compile(r"not\s*(?:yet\s*)?(?:been\s+)?implemented|unimplemented|todo",
                         re.IGNORECASE)  # fmt: skip
_TODO = re.compile(r"\b(?:todo|fixme|implement|your code|placeholder|fill in)\b", re.IGNORECASE)
_ABSTRACT = re.compile(r"abstract|overload|Protocol|\bABC\b|interface|virtual|extern|partial")


def stub_reason(function: Function, context: Context) -> str:
    """In what way a function is a stub, to follow its name; "" if it is none."""
    key = id(function)
    if key not in context.stubs:  # several rules ask
        fine = not function.name or _may_be_empty(function, _bases(context))
        context.stubs[key] = "" if fine else _reason(function, context)
    return context.stubs[key]


def is_empty(function: Function) -> bool:
    """Whether a body does nothing: right for an abstract method, for others a stub."""
    return all(
        _is_docstring(one) or one.type == "pass_statement" or one.text.rstrip(";") == "..."
        for one in statements(function.body)
    )


def _bases(context: Context) -> set[str]:
    """Classes that others build on: their methods may be meant to be overridden."""
    found: set[str] = set()
    for holder in context.doc.all("argument_list", "class_heritage", "base_list",
                                  "base_class_clause"):  # fmt: skip
        end = min(holder.end, holder.start + MAX_BASES_BYTES)  # arguments may be nested deep
        found.update(re.findall(r"\w+", holder.doc.slice(holder.start, end)))
    return found


def _may_be_empty(function: Function, bases: set[str]) -> bool:
    name, owner = function.name, function.owner
    if owner is not None and (owner in bases or name in ("constructor", owner)
                              or name.startswith(("__", "~"))):  # fmt: skip
        return True
    if function.parent is not None or function.node.type in ("arrow_function", "lambda"):
        return True
    # Doing nothing is what it promises, or it stands there for a type checker only.
    if function.return_type is not None and function.return_type.text == "None":
        return True
    guard = function.node.inside("if_statement")
    if guard is not None and "TYPE_CHECKING" in guard.text.partition("\n")[0]:
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
