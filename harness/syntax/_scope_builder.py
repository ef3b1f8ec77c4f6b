"""The walk that all languages share: handlers say what declares, reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.syntax.scopes import Function, Scope, Scopes, Variable
from harness.syntax.tree import Document, Node


@dataclass(eq=False)
class Reference:
    """An identifier in use. mode: r | w | rw."""

    node: Node
    scope: Scope
    mode: str


Handler = Callable[["Builder", Node, Scope], None]


class Builder:
    """Walks a program once; a handler takes what its language gives a meaning."""

    def __init__(self, document: Document, handlers: Mapping[str, Handler]) -> None:
        self.found = Scopes(document)
        self.handlers = handlers
        self.references: list[Reference] = []
        self._stack: list[tuple[Node, Scope]] = []

    def run(self, resolve: Callable[[Builder, Reference], None]) -> Scopes:
        """Visit everything, then resolve every reference."""
        self._stack.append((self.found.document.root, self.found.module))
        while self._stack:
            node, scope = self._stack.pop()
            handler = self.handlers.get(node.type)
            if handler is not None:
                handler(self, node, scope)
            elif node.children:
                self.visit_all(node, scope)
        self._skip_empty()
        for reference in self.references:
            resolve(self, reference)
        for scope in self.found.all_scopes:
            for variable in scope.variables.values():
                for node in variable.declarations:
                    self.found.by_node.setdefault(id(node), variable)
        return self.found

    def _skip_empty(self) -> None:
        """Blocks that declare nothing are passed over: a thousand of them may be nested."""
        for scope in self.found.all_scopes:
            above = scope.parent
            if above is not None and above.kind == "block" and not above.variables:
                scope.parent = above.parent

    def visit(self, node: Node | None, scope: Scope) -> None:
        """Visit later, in ``scope``."""
        if node is not None:
            self._stack.append((node, scope))

    def visit_all(self, node: Node, scope: Scope, *, skip: tuple[Node | None, ...] = ()) -> None:
        """Visit the children later, in source order."""
        for child in reversed(node.children):
            if not any(child is one for one in skip):
                self._stack.append((child, scope))

    def read(self, node: Node, scope: Scope) -> None:
        """Note that an identifier is read."""
        self.references.append(Reference(node, scope, "r"))

    def write(self, node: Node, scope: Scope, mode: str = "w") -> None:
        """Note that an identifier is given a value (``rw``: after being read)."""
        self.references.append(Reference(node, scope, mode))

    def scope(self, kind: str, node: Node, parent: Scope, function: Function | None) -> Scope:
        """A new scope."""
        made = Scope(kind, node, parent, function)
        self.found.all_scopes.append(made)
        return made

    def function(self, node: Node, name: str, scope: Scope) -> tuple[Function, Scope]:
        """A new function with its scope; an owner where ``scope`` is a class."""
        owner = None
        if scope.kind == "class":
            name_node = scope.node.get("name")
            owner = name_node.text if name_node is not None else ""
        made = Function(node, name, scope.function, owner)
        made.scope = self.scope("function", node, scope, made)
        self.found.functions.append(made)
        self.found.functions_by_node[id(node)] = made
        return made, made.scope

    def resolved(self, reference: Reference, variable: Variable) -> None:
        """Tie a reference to its variable."""
        node = reference.node
        if reference.mode != "w":
            variable.reads.append(node)
        if reference.mode != "r":
            variable.writes.append(node)
        if reference.scope.function is not variable.scope.function and (
            variable.scope.function is not None
        ):
            variable.captured = True
        self.found.by_node[id(node)] = variable


def ignored(_builder: Builder, _node: Node, _scope: Scope) -> None:
    """Handler of what names nothing."""


def lookup(name: str, scope: Scope, *, skip_classes: bool = False) -> Variable | None:
    """The variable a name stands for; with ``skip_classes`` only its own scope's class counts."""
    current: Scope | None = scope
    while current is not None:
        found = current.variables.get(name)
        if found is not None and not (skip_classes and current.kind == "class"
                                      and current is not scope):  # fmt: skip
            return found
        current = current.parent
    return None


def lexical(builder: Builder, reference: Reference) -> None:
    """Resolve by the scopes around; a name nobody declares stays unresolved."""
    variable = lookup(reference.node.text, reference.scope)
    if variable is not None:
        builder.resolved(reference, variable)
    else:
        builder.found.unresolved.append(reference.node)
