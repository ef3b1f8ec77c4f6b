"""The checks of can-ai-code: small Python expressions about a function ``f``.

Known forms: ``f.name``, ``len(f.args)``, ``f.args[i].name``, ``f.call(…)`` optionally followed
by ``[key]`` or ``.get(key)``, and ``isinstance(f.call(…), type)``. The expressions are read as
syntax trees, never evaluated.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from harness.intake._fields import RowError
from harness.models import Case, Comparator

# Values crossed JSON in the source's own runs, so 120 and 120.0 are one number.
COMPARATOR = Comparator(kind="json", rel_tol=1e-9)
_TYPES = {
    "int": "integer", "float": "number", "str": "string", "bool": "boolean",
    "list": "array", "dict": "object",
}  # fmt: skip


def cases_of(checks: Mapping[str, Mapping[str, Any]]) -> tuple[Case, ...]:
    """Cases for all checks of a task; RowError for a form that is not known."""
    cases: list[Case] = []
    arg_names: dict[int, Any] = {}
    for name, check in checks.items():
        text = str(check.get("assert", ""))
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise RowError(f"check {name!r} is not an expression: {text[:60]!r}") from None
        index = _arg_index(tree)
        if index is not None:
            arg_names[index] = check.get("eq")
        else:
            cases.append(_case(name, tree, text, check))
    if arg_names:
        cases.append(_arg_names_case(arg_names))
    return tuple(cases)


def _arg_names_case(names: dict[int, Any]) -> Case:
    if sorted(names) != list(range(len(names))):
        raise RowError("argument names are checked with gaps; check every argument's name")
    expected = [names[index] for index in sorted(names)]
    return Case(name="arg_names", check="arg_names", expected=expected)


def _case(name: str, tree: ast.expr, text: str, check: Mapping[str, Any]) -> Case:
    shape = ast.unparse(tree)
    if shape == "f.name":
        return Case(name=name, check="name", **_accepted(name, check))
    if shape == "len(f.args)":
        return Case(name=name, check="arg_count", **_accepted(name, check))
    match tree:
        case ast.Call(func=ast.Name("isinstance"), args=[value, ast.Name(type_name)]):
            if type_name in _TYPES and check.get("eq") is True:
                args, path = _call(value, text)
                expected = _TYPES[type_name]
                return Case(name=name, check="type", args=args, path=path, expected=expected)
    args, path = _call(tree, text)
    return Case(name=name, args=args, path=path, comparator=COMPARATOR, **_accepted(name, check))


def _accepted(name: str, check: Mapping[str, Any]) -> dict[str, Any]:
    choices = check.get("eq-any", check.get("eq_any"))
    if isinstance(choices, list) and choices:
        return {"expected": choices[0], "any_of": tuple(choices[1:])}
    if "eq" not in check:
        raise RowError(f"check {name!r} has neither eq nor eq-any")
    return {"expected": check["eq"]}


def _arg_index(tree: ast.expr) -> int | None:
    match tree:
        case ast.Attribute(
            value=ast.Subscript(
                value=ast.Attribute(value=ast.Name("f"), attr="args"),
                slice=ast.Constant(int(index)),
            ),
            attr="name",
        ):
            return index
    return None


def _call(tree: ast.expr, text: str) -> tuple[tuple[Any, ...], tuple[str | int, ...]]:
    """Arguments of the call at the heart of ``tree`` and the path taken into its value."""
    path: list[str | int] = []
    while True:
        match tree:
            case ast.Subscript(value=inner, slice=ast.Constant(int() | str() as key)):
                path.insert(0, key)
                tree = inner
            case ast.Call(
                func=ast.Attribute(value=inner, attr="get"),
                args=[ast.Constant(int() | str() as key)],
            ):
                path.insert(0, key)
                tree = inner
            case ast.Call(func=ast.Attribute(value=ast.Name("f"), attr="call"), keywords=[]):
                return tuple(_literal(arg, text) for arg in tree.args), tuple(path)
            case _:
                raise RowError(f"unknown form of check: {text[:60]!r}")


def _literal(node: ast.expr, text: str) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        raise RowError(f"an argument is not a literal in check {text[:60]!r}") from None
