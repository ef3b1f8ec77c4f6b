"""Text to tree, within bounds: hostile text costs neither minutes nor gigabytes."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType

import tree_sitter
from tree_sitter import Node, Tree

from harness._bounded import BoundedChild, serve
from harness.models import Language
from harness.syntax.python_layout import bad_layout

MAX_SOURCE_BYTES = 300_000
# Below it the worst text is parsed in 0.2 s and 200 MB.
CHEAP_BYTES = 2000
READ_BYTES = 4096
PARSE_S, PARSE_S_PER_BYTE = 0.25, 2e-6
CHILD_MB = 768

# Imported when first used: no program needs all six.
_GRAMMARS = {
    Language.PYTHON: "tree_sitter_python",
    Language.JAVASCRIPT: "tree_sitter_javascript",
    Language.CPP: "tree_sitter_cpp",
    Language.CSHARP: "tree_sitter_c_sharp",
    Language.SQL: "tree_sitter_sql",
    Language.HTML: "tree_sitter_html",
}
# The grammar takes this ``_`` for a discard; another name of its length is read as it should be.
_UNNAMED = re.compile(rb"(\bfrom\s)_(\s+in\b)")
_local = threading.local()
_CHILD = BoundedChild("from harness.syntax import serve_child; serve_child()")


@cache
def _grammar(language: Language) -> tree_sitter.Language:
    return tree_sitter.Language(_binding(_GRAMMARS[language]).language())


def _binding(package: str) -> ModuleType:
    """The compiled module of a grammar's package, by itself.

    The package would first load what it needs to read queries, which nobody asks for here: a dozen
    modules, and milliseconds of every command that parses.
    """
    whole = find_spec(package)
    places = None if whole is None else whole.submodule_search_locations
    spec = PathFinder.find_spec(f"{package}._binding", places)
    if spec is None or spec.loader is None:
        return import_module(package)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _parser(language: Language) -> tree_sitter.Parser:
    # A Parser is not safe to share between threads.
    parsers: dict[Language, tree_sitter.Parser] = _local.__dict__.setdefault("parsers", {})
    if language not in parsers:
        parsers[language] = tree_sitter.Parser(_grammar(language))
    return parsers[language]


def parse(language: Language, source: str) -> Tree | None:
    """Parse ``source``; None if it is longer than MAX_SOURCE_BYTES or costs too much to parse."""
    last: tuple[Language, str, Tree | None] | None = getattr(_local, "last", None)
    if last is not None and last[0] is language and last[1] == source:
        return last[2]  # callers ask several questions of one program in a row
    data = source.encode("utf-8", "replace")
    if language is Language.CSHARP:
        data = _UNNAMED.sub(rb"\1q\2", data)
    tree = None
    if len(data) <= MAX_SOURCE_BYTES and _affordable(language, data):
        tree = _parsed(_parser(language), data)
    _local.last = (language, source, tree)
    return tree


def _affordable(language: Language, data: bytes) -> bool:
    """Whether a child of bounded memory could parse it.

    20 KB of "/*" lines taken for Python need 16 GB, all of it in one step of the parser.
    """
    return len(data) <= CHEAP_BYTES or _CHILD.ask(str(language), data)


def serve_child() -> None:
    """What the bounded child runs: try to parse, and say whether that succeeded."""

    def answer(name: str, data: bytes) -> bool:
        return _parsed(_parser(Language(name)), data) is not None

    serve(answer, CHILD_MB)


def _parsed(parser: tree_sitter.Parser, data: bytes) -> Tree | None:
    """The tree, or None for text whose errors make parsing quadratic in time or memory.

    Steps are counted, so that the same text always has the same end; CPU time stops what is
    expensive in every single step.
    """
    if len(data) <= CHEAP_BYTES:
        return parser.parse(data)
    steps_left = 100 + len(data) // 4  # usual programs need a tenth of it
    until_s = time.thread_time() + PARSE_S + len(data) * PARSE_S_PER_BYTE

    def give_up(_offset: int, _has_error: bool) -> bool:
        nonlocal steps_left
        steps_left -= 1
        return steps_left < 0 or time.thread_time() > until_s

    def read(offset: int, _point: object) -> bytes:
        return data[offset : offset + READ_BYTES]

    try:
        return parser.parse(read, progress_callback=give_up)
    except ValueError:  # given up
        parser.reset()
        return None


def has_error(language: Language, source: str) -> bool:
    """Whether ``source`` fails to parse (text over the cap counts as failing)."""
    tree = parse(language, source)
    return tree is None or tree_has_error(language, tree)


def tree_has_error(language: Language, tree: Tree) -> bool:
    """Like ``has_error`` for a tree at hand, with the checks the grammar leaves out."""
    if tree.root_node.has_error:
        return True
    return language is Language.PYTHON and bad_layout(tree.root_node) is not None


def first_error_line(language: Language, source: str) -> int | None:
    """1-based line of the first syntax error, or None if the program parses."""
    tree = parse(language, source)
    if tree is None:
        return 1
    if tree.root_node.has_error:
        return _first_error(tree.root_node).start_point[0] + 1
    bad = bad_layout(tree.root_node) if language is Language.PYTHON else None
    return None if bad is None else bad.start_point[0] + 1


def walk(node: Node) -> Iterator[Node]:
    """Every node below and including ``node``, in source order, without recursion."""
    cursor = node.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return


def _first_error(root: Node) -> Node:
    node = root
    while not (node.is_error or node.is_missing):
        broken = [child for child in node.children if child.has_error or child.is_missing]
        if not broken:
            return node
        node = broken[0]
    return node
