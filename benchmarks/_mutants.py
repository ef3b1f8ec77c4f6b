"""Small wrong changes to a module, one at a time: what ``benchmarks.mutation`` runs tests against.

Changed are comparisons, arithmetic, ``and``/``or``, ``not``, conditions, numbers (one more, one
less), truth values, texts that programs read (keys, names), returned values (None), ``break`` and
``continue``, neighbouring arguments, names of opposite meaning (chosen/rejected, first/second,
low/high …), filters of comprehensions. Statements that call, count, store or raise are left out.

Not changed, for no test of behaviour could or should see it: imports, docstrings, annotations,
base classes, decorators, ``__all__``, asserts, type aliases and variables, ``strict=`` of zip,
and prose: texts with a blank in them, parts of f-strings, ``fix=``, and what stands in a ``raise``
(but for reasons that an export counts).
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

_OPPOSITE_PAIRS = (
    ("chosen", "rejected"), ("first", "second"), ("low", "high"), ("min", "max"), ("any", "all"),
    ("wins", "losses"), ("before", "after"), ("gained", "lost"), ("first_at", "last_at"),
    ("first_line", "last_line"), ("keep", "drop"), ("one", "other"), ("left", "right"),
    ("floor", "ceil"), ("start", "end"), ("old", "new"), ("strong", "hints"),
)  # fmt: skip
_OPPOSITES = {one: other for pair in _OPPOSITE_PAIRS for one, other in (pair, pair[::-1])}
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.MatMult: ast.Mult,
}  # fmt: skip
_NOT_CHANGED = {"annotation", "returns", "decorator_list", "type_params", "bases"}
# Calls whose arguments have no order, or none but one.
_NOT_SWAPPED = {"isinstance", "getattr", "min", "max", "np.isclose"}
_KEY = re.compile(r"[^\s]+")


# Qualified name and first line.
Function: TypeAlias = tuple[str, int] | None


@dataclass(frozen=True)
class Mutant:
    """A change, by its number in the module. first, last: lines of the statement it is in.

    function: the outermost one around it; None at module or class level and for defaults, where
    changing something means importing everything again.
    """

    number: int
    line: int
    first: int
    last: int
    function: Function
    change: str


@dataclass
class _Site:
    """A place in the tree. put: replaces what is there in the tree it was found in."""

    node: ast.AST
    put: Callable[[ast.AST], None]
    statement: ast.stmt
    function: Function


def mutants_of(source: str) -> list[Mutant]:
    """Every change to a module."""
    found = []
    for number, (site, new) in enumerate(_changes(ast.parse(source))):
        first, last = _lines(site.statement)
        line = getattr(site.node, "lineno", first)
        change = f"{_short(site.node)} → {_short(new)}"
        found.append(Mutant(number, line, first, last, site.function, change))
    return found


def mutated(source: str, number: int) -> ast.Module:
    """The module with that change made."""
    tree = ast.parse(source)
    for at, (site, new) in enumerate(_changes(tree)):
        if at == number:
            site.put(ast.copy_location(new, site.node))
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def _lines(statement: ast.stmt) -> tuple[int, int]:
    """Of a statement, or of its head if others are inside."""
    body = getattr(statement, "body", None)
    last = statement.end_lineno or statement.lineno
    return statement.lineno, max(statement.lineno, body[0].lineno - 1) if body else last


def _changes(tree: ast.Module) -> Iterator[tuple[_Site, ast.AST]]:
    for site in _sites(tree):
        for new in _alternatives(site.node):
            yield site, new


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else f"{text[:67]}…"


def _sites(
    node: ast.AST, statement: ast.stmt | None = None, function: Function = None, path: str = ""
) -> Iterator[_Site]:
    """Every node below that may be changed, outer before inner, in the order of the source."""
    outermost = function is not None and function == _scope(node, None, path)[0]
    for name, value in ast.iter_fields(node):
        if name in _NOT_CHANGED:
            continue
        # Defaults are made where the function is, not when it runs.
        around = None if outermost and name == "args" else function
        for at, one in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(one, ast.AST) or _is_spared(one, node):
                continue
            inner = one if isinstance(one, ast.stmt) else statement
            if inner is not None:
                yield _Site(one, _putter(node, name, at), inner, around)
            within, deeper = _scope(one, around, path)
            yield from _sites(one, inner, within, deeper)


def _scope(node: ast.AST, function: Function, path: str) -> tuple[Function, str]:
    """What is below a node: the outermost function, the path of classes."""
    if function is None and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        return (f"{path}{node.name}", first), path
    if function is None and isinstance(node, ast.ClassDef):
        return None, f"{path}{node.name}."
    return function, path


def _putter(parent: ast.AST, name: str, at: int) -> Callable[[ast.AST], None]:
    def put(new: ast.AST) -> None:
        value = getattr(parent, name)
        if isinstance(value, list):
            value[at] = new
        else:
            setattr(parent, name, new)

    return put


def _is_spared(node: ast.AST, parent: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Constant() if isinstance(parent, ast.JoinedStr):
            return True
        case (
            ast.Assign(targets=[ast.Name(id="__all__")])
            | ast.AnnAssign(annotation=ast.Name(id="TypeAlias"))
        ):
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
            return True
        # What is raised is prose; that it is raised is a change of the statement.
        case ast.expr() if isinstance(parent, ast.Raise) and not _is_drop(node):
            return True
        case ast.keyword(arg="strict" | "fix"):
            return True
    return False


def _is_drop(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Drop"


def _alternatives(node: ast.AST) -> Iterator[ast.AST]:
    """Other nodes for the place of this one."""
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(other) for other in _constants(node.value))
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    else:
        yield from _expressions(node)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in _COMPARED:
            yield _with(node, ops=[_COMPARED[type(op)](), *node.ops[1:]])
        case ast.BinOp(op=op) if type(op) in _CALCULATED and not _is_type(node):
            yield _with(node, op=_CALCULATED[type(op)]())
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.IfExp(test=test) if _is_plain(test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[test, *rest]):
            yield _with(node, ifs=rest)
            if _is_plain(test):
                yield _with(node, ifs=[ast.UnaryOp(ast.Not(), test), *rest])
        case ast.Attribute(attr=name, ctx=ast.Load()) if name in _OPPOSITES:
            yield _with(node, attr=_OPPOSITES[name])
        case ast.Name(id="min" | "max" | "any" | "all" as name, ctx=ast.Load()):
            yield _with(node, id=_OPPOSITES[name])


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If(test=test) | ast.While(test=test) if _is_plain(test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        # A returned truth value has a change of its own, and None is as false as False.
        case ast.Return(value=value) if value and not _is_constant(value, None, True, False):
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass()


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    name = ast.unparse(node.func)
    if name in _NOT_SWAPPED:
        return
    for at in range(len(node.args) - 1):
        one, other = node.args[at : at + 2]
        if ast.dump(one) != ast.dump(other):
            yield _with(node, args=[*node.args[:at], other, one, *node.args[at + 2 :]])
    by_name = {keyword.arg: keyword for keyword in node.keywords}
    for one_name, other_name in _OPPOSITE_PAIRS:
        if one_name in by_name and other_name in by_name:
            changed = copy.deepcopy(node)
            for keyword in changed.keywords:
                if keyword.arg in (one_name, other_name):
                    keyword.arg = _OPPOSITES[keyword.arg]
            yield changed


def _constants(value: object) -> Iterator[bool | float | str | bytes]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            if value > 0:
                yield value - 1
        case float():
            yield value + 1.0
            if value:
                yield value * 0.5
        case str() if value in _OPPOSITES:
            yield _OPPOSITES[value]
        case str() if _KEY.fullmatch(value):
            yield f"{value}_x"
        case bytes() if value:
            yield value + b"_"


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_plain(test: ast.expr) -> bool:
    """Whether the condition has no change of its own that turns it round."""
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)
    return not isinstance(test, ast.UnaryOp | ast.Constant)


def _is_constant(node: ast.expr, *values: object) -> bool:
    return isinstance(node, ast.Constant) and any(node.value is one for one in values)


def _is_type(node: ast.BinOp) -> bool:
    """``A | B`` of classes: a type, such as in isinstance or an alias."""
    if not isinstance(node.op, ast.BitOr):
        return False
    sides = [node.left, node.right]
    return all(
        (isinstance(one, ast.Name) and (one.id[:1].isupper() or one.id in ("list", "tuple", "str")))
        or (isinstance(one, ast.BinOp) and _is_type(one))
        for one in sides
    )
