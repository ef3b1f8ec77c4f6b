"""Programs as light trees: every node knows its parent, its field, its text and its place.

The parser's own nodes cost a call for every question and find a parent by searching from the
root. A rule asks thousands of questions, so a tree is copied once; comments are kept apart,
where they cannot be taken for operands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from tree_sitter import Tree

from harness.models import Language
from harness.syntax.grammar_traps import put_right
from harness.syntax.parsing import parse
from harness.syntax.python_layout import bad_layout

if TYPE_CHECKING:
    from harness.syntax.scopes import Scopes

T = TypeVar("T")
# Beyond it a program is not analysed: a second must do for the worst text.
MAX_ANALYSED_BYTES = 64_000
MAX_SPACED = 10
COMMENTS = frozenset({"comment", "html_comment", "marginalia", "line_continuation"})
_NO_CHILDREN: list[Node] = []


class Node:
    """A node of a program. start, end: byte offsets in ``doc.data``; field: its role in parent."""

    __slots__ = ("children", "doc", "end", "field", "missing", "named", "parent", "start", "type")

    def __init__(
        self,
        doc: Document,
        type_: str,
        named: bool,
        field: str | None,
        parent: Node | None,
        start: int,
        end: int,
    ) -> None:
        self.doc = doc
        self.type = type_
        self.named = named
        self.field = field
        self.parent = parent
        self.start = start
        self.end = end
        self.missing = False
        self.children: list[Node] = _NO_CHILDREN

    @property
    def text(self) -> str:
        """Source text of the node."""
        return self.doc.slice(self.start, self.end)

    @property
    def parts(self) -> list[Node]:
        """Named children; comments are never among them."""
        return [child for child in self.children if child.named]

    def get(self, field: str) -> Node | None:
        """First child in the role ``field``."""
        for child in self.children:
            if child.field == field:
                return child
        return None

    def all(self, field: str) -> list[Node]:
        """Children in the role ``field``."""
        return [child for child in self.children if child.field == field]

    def first(self, *types: str) -> Node | None:
        """First child of one of the types."""
        for child in self.children:
            if child.type in types:
                return child
        return None

    def has(self, *types: str) -> bool:
        """Whether a direct child (a keyword, an operator) is of one of the types."""
        return self.first(*types) is not None

    @property
    def ancestors(self) -> Iterator[Node]:
        """Parents from the nearest to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def inside(self, *types: str) -> Node | None:
        """Nearest ancestor of one of the types."""
        for node in self.ancestors:
            if node.type in types:
                return node
        return None

    def within(self, other: Node) -> bool:
        """Whether the node is ``other`` or below it."""
        return other.start <= self.start and self.end <= other.end

    def walk(self, stop: frozenset[str] = frozenset()) -> Iterator[Node]:
        """The node and everything below in source order; not below nodes of the types ``stop``."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children and (node is self or node.type not in stop):
                stack.extend(reversed(node.children))

    @property
    def next(self) -> Node | None:
        """Next named sibling."""
        return self._sibling(1)

    @property
    def previous(self) -> Node | None:
        """Previous named sibling."""
        return self._sibling(-1)

    def _sibling(self, step: int) -> Node | None:
        if self.parent is None:
            return None
        row = self.parent.parts
        at = next((n for n, one in enumerate(row) if one is self), None)
        if at is None or not 0 <= at + step < len(row):
            return None
        return row[at + step]

    @property
    def line(self) -> int:
        """1-based line in the whole response (an embedded script counts from the page's top)."""
        return self.doc.place(self.start)[0]

    def __repr__(self) -> str:
        return f"<{self.type} {self.text[:40]!r}>"


class Document:
    """A parsed program, or a script inside a page (``host``, ``base``: its offset there)."""

    def __init__(
        self,
        language: Language,
        source: str,
        data: bytes,
        tree: Tree,
        host: Document | None = None,
        base: int = 0,
    ) -> None:
        self.language = language
        self.source = source
        self.data = data
        self.host = host
        self.base = base
        self.scopes: Scopes | None = None
        self._known: dict[str, list[Any]] = {}
        self._ascii = source.isascii()
        self.comments: list[Node] = []
        self.errors: list[Node] = []
        self.by_type: dict[str, list[Node]] = {}
        self.root = self._copy(tree)
        put_right(self)
        if language is Language.PYTHON and not self.errors:
            self._add_layout_error(tree)

    def _copy(self, tree: Tree) -> Node:
        broken = tree.root_node.has_error
        by_type, cursor = self.by_type, tree.walk()
        parent: Node | None = None
        root: Node | None = None
        while True:
            seen = cursor.node
            assert seen is not None
            kind = seen.type
            node = Node(
                self, kind, seen.is_named, cursor.field_name, parent, seen.start_byte, seen.end_byte
            )
            if broken and (seen.is_missing or kind == "ERROR"):
                node.missing = seen.is_missing
                self.errors.append(node)
            if kind in COMMENTS:
                self.comments.append(node)
            else:
                by_type.setdefault(kind, []).append(node)
                if parent is None:
                    root = node
                elif parent.children is _NO_CHILDREN:
                    parent.children = [node]
                else:
                    parent.children.append(node)
            if cursor.goto_first_child():
                parent = node
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    assert root is not None
                    return root
                assert parent is not None
                parent = parent.parent

    def _add_layout_error(self, tree: Tree) -> None:
        bad = bad_layout(tree.root_node)
        if bad is not None:
            place = (bad.start_byte, bad.end_byte)
            same_type = self.by_type.get(bad.type, ())
            self.errors += [one for one in same_type if (one.start, one.end) == place]

    def all(self, *types: str) -> Iterator[Node]:
        """Every node of the types, in source order for a single type."""
        for kind in types:
            yield from self.by_type.get(kind, ())

    def once(self, name: str, find: Callable[[Document], Iterator[T]]) -> Iterator[T]:
        """What ``find`` yields of this document; found once, however many rules ask for it."""
        if name not in self._known:
            self._known[name] = list(find(self))
        return iter(self._known[name])

    def slice(self, start: int, end: int) -> str:
        """Text between two byte offsets."""
        if self._ascii:
            return self.source[start:end]
        return self.data[start:end].decode("utf-8", "replace")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        at = self.data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.data.find(b"\n", at + 1)
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in characters) of a byte offset, in the whole response."""
        if self.host is not None:
            return self.host.place(self.base + offset)
        line = bisect_right(self._line_starts, offset)
        start = self._line_starts[line - 1]
        return line, len(self.slice(start, offset)) + 1

    def line_text(self, line: int) -> str:
        """Text of a 1-based line of the whole response, without its end."""
        if self.host is not None:
            return self.host.line_text(line)
        starts = self._line_starts
        if not 0 < line <= len(starts):
            return ""
        end = starts[line] if line < len(starts) else len(self.data)
        return self.slice(starts[line - 1], end).rstrip("\r\n")

    @property
    def has_error(self) -> bool:
        """Whether the program fails to parse."""
        return bool(self.errors)


_RECENT: list[tuple[Language, str, Document | None]] = []
_KEPT = 4


def document(language: Language, source: str) -> Document | None:
    """The program as a tree; None if it is too long or too costly to parse."""
    for known, text, found in tuple(_RECENT):
        if known is language and text == source:
            return found
    found = _document(language, source)
    _RECENT.append((language, source, found))
    del _RECENT[:-_KEPT]
    return found


def _document(language: Language, source: str) -> Document | None:
    if len(source) > MAX_ANALYSED_BYTES:
        return None
    data = source.encode("utf-8", "replace")
    tree = parse(language, source) if len(data) <= MAX_ANALYSED_BYTES else None
    return None if tree is None else Document(language, source, data, tree)


def embedded(host: Document, language: Language, start: int, end: int) -> Document | None:
    """A script inside a page, between two byte offsets of it."""
    data = host.data[start:end]
    source = data.decode("utf-8", "replace")
    tree = parse(language, source)
    return None if tree is None else Document(language, source, data, tree, host, start)


def same(left: Node, right: Node) -> bool:
    """Whether two nodes are the same code, whatever the spaces and comments in it."""
    if left.type != right.type:
        return False
    short, long = sorted((left.end - left.start, right.end - right.start))
    if short == long and left.text == right.text:
        return True
    if long > MAX_SPACED * short + MAX_SPACED:  # that much is not spaces and comments alone
        return False
    return _tokens(left) == _tokens(right)


def _tokens(node: Node) -> Sequence[str]:
    return [one.text for one in node.walk() if not one.children]
