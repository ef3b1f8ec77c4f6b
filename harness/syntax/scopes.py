"""Names of a program: functions, parameters, locals, and where each is read and written.

    scopes(document).functions            every function, method, lambda, in source order
    scopes(document).variables            every variable, with .reads, .writes, .declarations
    scopes(document).variable_of(node)    the variable an identifier stands for, or None
    scopes(document).unresolved           identifiers read that nothing in the program declares

Resolution is lexical. A language's own module says what declares, reads and writes; this one
holds what they share. Everything is iterative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from harness.models import Language
from harness.syntax.tree import Document, Node

LOOPS = frozenset({
    "for_statement", "while_statement", "do_statement", "for_in_statement", "for_range_loop",
    "foreach_statement", "list_comprehension", "set_comprehension", "dictionary_comprehension",
    "generator_expression",
})  # fmt: skip
_WITH_SCOPES = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.CPP, Language.CSHARP})


@dataclass(eq=False)
class Variable:
    """A name in its scope.

    kind: param | local | loop | function | class | import | catch | field | global.
    writes: identifier nodes that give it a value, the initialiser's included (``x += 1`` is a
    write and a read). captured: used by a function inside the one that owns it.
    """

    name: str
    scope: Scope
    kind: str
    declarations: list[Node] = field(default_factory=list)
    reads: list[Node] = field(default_factory=list)
    writes: list[Node] = field(default_factory=list)
    captured: bool = False

    @property
    def uses(self) -> list[Node]:
        """Reads and writes in source order."""
        return sorted({*self.reads, *self.writes}, key=lambda node: node.start)

    @property
    def function(self) -> Function | None:
        """The function that owns it; None at top level."""
        return self.scope.function

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


@dataclass(eq=False)
class Scope:
    """kind: module | function | class | block."""

    kind: str
    node: Node
    parent: Scope | None
    function: Function | None
    variables: dict[str, Variable] = field(default_factory=dict)
    # Python's global and nonlocal statements: name -> where it lives instead.
    elsewhere: dict[str, str] = field(default_factory=dict)

    def declare(self, name: str, kind: str, node: Node | None = None) -> Variable:
        """The variable of this name here, made if there is none."""
        found = self.variables.get(name)
        if found is None:
            found = self.variables[name] = Variable(name, self, kind)
        if node is not None:
            found.declarations.append(node)
        return found

    def nearest(self, *kinds: str) -> Scope:
        """This scope or the first around it of the kinds; the module's if there is none."""
        scope = self
        while scope.kind not in kinds and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(eq=False)
class Param:
    """A parameter. ``variadic``: takes any number (``*args``, ``...rest``, ``params int[]``)."""

    name: str
    node: Node
    type: Node | None = None
    default: Node | None = None
    variadic: bool = False
    keyword_only: bool = False


@dataclass(eq=False)
class Function:
    """A function, method or lambda. returns: its own ``return`` statements, in source order.

    name: "" for a lambda that is bound to nothing. owner: the class of a method. value: the body
    where that is a bare expression.
    """

    node: Node
    name: str
    parent: Function | None
    owner: str | None = None
    params: list[Param] = field(default_factory=list)
    body: Node | None = None
    returns: list[Node] = field(default_factory=list)
    yields: list[Node] = field(default_factory=list)
    is_async: bool = False
    return_type: Node | None = None
    scope: Scope | None = None

    @property
    def value(self) -> Node | None:
        """The body of ``x => x + 1``."""
        blocks = ("block", "statement_block", "compound_statement")
        return None if self.body is None or self.body.type in blocks else self.body

    @property
    def is_method(self) -> bool:
        """Whether it belongs to a class."""
        return self.owner is not None

    @property
    def variables(self) -> list[Variable]:
        """Parameters and locals, those of inner blocks included."""
        return [] if self.scope is None else list(_owned(self))

    def __repr__(self) -> str:
        return f"<function {self.name}>"


def _owned(function: Function) -> Iterator[Variable]:
    for variable in scopes(function.node.doc).variables:
        if variable.scope.function is function:
            yield variable


class Scopes:
    """What ``scopes`` found; ``dynamic``: names may come from where no one can see.

    (``from x import *``, ``exec``, ``with`` in JavaScript, ``globals()``.)
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.module = Scope("module", document.root, None, None)
        self.all_scopes: list[Scope] = [self.module]
        self.functions: list[Function] = []
        self.dynamic = False
        self.unresolved: list[Node] = []
        self.by_node: dict[int, Variable] = {}
        self.functions_by_node: dict[int, Function] = {}

    @property
    def variables(self) -> list[Variable]:
        """Every variable, outer scopes first."""
        return [one for scope in self.all_scopes for one in scope.variables.values()]

    def variable_of(self, node: Node) -> Variable | None:
        """The variable an identifier (a use or a declaration) stands for."""
        return self.by_node.get(id(node))

    def function_at(self, node: Node) -> Function | None:
        """The innermost function around a node, or of a function's own node."""
        known = self.functions_by_node
        current: Node | None = node
        while current is not None:
            if id(current) in known:
                return known[id(current)]
            current = current.parent
        return None

    def function_named(self, name: str) -> Function | None:
        """The last top-level function (or any method) of that name: the one a call reaches."""
        found = [one for one in self.functions if one.name == name]
        outer = [one for one in found if one.parent is None]
        return next(reversed(outer or found), None)


@cache
def _module(language: Language) -> Callable[[Document], Scopes]:
    module = import_module(f"harness.syntax._scopes_{language.value}")
    build: Callable[[Document], Scopes] = module.build
    return build


def scopes(document: Document) -> Scopes:
    """Names of a program, computed once; empty for SQL and HTML."""
    if document.scopes is None:
        known = document.language in _WITH_SCOPES
        document.scopes = _module(document.language)(document) if known else Scopes(document)
    return document.scopes


def loop_around(node: Node) -> Node | None:
    """The innermost loop around a node within its function."""
    functions = ("function_definition", "function_declaration", "arrow_function", "lambda",
                 "function_expression", "method_definition", "lambda_expression",
                 "method_declaration", "local_function_statement")  # fmt: skip
    for above in node.ancestors:
        if above.type in LOOPS:
            return above
        if above.type in functions:
            return None
    return None
