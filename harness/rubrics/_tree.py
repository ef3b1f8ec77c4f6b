"""Reads a YAML text into plain values, keeping the line and column of every key and value.

Safe by construction: nodes are composed, never constructed, so no tag makes an object. Bounded in
size, depth and number of nodes, since an alias can name the same big thing many times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 20_000
Path_ = tuple[str | int, ...]
_PREFIX = "tag:yaml.org,2002:"
_PLAIN = (f"{_PREFIX}map", f"{_PREFIX}seq")
_BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Fault:
    """A mistake at a place; line and column count from 1, column in characters."""

    line: int
    column: int
    message: str
    fix: str


class Unreadable(Exception):
    """The text is no tree at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass
class Tree:
    """The values, where each stands, and what is wrong already."""

    value: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path_, *, of_key: bool = False) -> tuple[int, int]:
        """Line and column of a path, or of the nearest thing around it that was written."""
        for size in range(len(path), -1, -1):
            found = self.keys.get(path[:size]) if of_key else None
            found = found or self.places.get(path[:size])
            if found:
                return found
        return (1, 1)


def read_tree(file: Path) -> Tree:
    """The tree of a file. Raises Unreadable where there is none, OSError where no file is."""
    with file.open("rb") as handle:
        data = handle.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(
            Fault(1, 1, f"larger than {MAX_BYTES // 1024} KiB", "shorten it; a rubric is a form")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(Fault(line, 1, "not UTF-8", "save the file as UTF-8")) from None
    return tree_of(text)


def tree_of(text: str) -> Tree:
    """The tree of a text. Raises Unreadable."""
    root = _composed(text)
    if root is None:
        raise Unreadable(Fault(1, 1, "empty", "start with id: and version:, see docs/rubrics.md"))
    tree = Tree()
    tree.value = _Walk(tree).value(root, ())
    return tree


def _composed(text: str) -> Node | None:
    try:
        loader = _Loader(text)
        return loader.get_single_node()
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line = before.count("\n") + 1
        column = error.position - before.rfind("\n")
        message = f"character U+{ord(text[error.position]):04X} may not stand in YAML"
        raise Unreadable(Fault(line, column, message, "remove it")) from None
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_syntax(error)) from None


def _syntax(error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = error.problem or "not valid YAML"
    return Fault(line, column, f"not valid YAML: {said}", _advice(said))


def _advice(said: str) -> str:
    if "'\\t'" in said:
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in said:
        return "put text that holds a colon in quotes, and check the indentation"
    if "undefined alias" in said:
        return "define it first, with & and the same name"
    if "document" in said:
        return "one file holds one rubric; remove the lines from --- on"
    return "check quotes, brackets and indentation here and on the line above"


class _Loader(yaml.SafeLoader):
    """Refuses what nests deeper than a rubric does."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=mark)
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Walk:
    """From nodes to values; faults and places go to the tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._nodes = 0

    def value(self, node: Node, path: Path_) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise Unreadable(
                _fault(node, "aliases make this file too large", "write fewer aliases (*name)")
            )
        self._tree.places[path] = _at(node)
        if not isinstance(node, ScalarNode) and node.tag not in _PLAIN:
            self._refuse_tag(node)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(one, (*path, number)) for number, one in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in self._pairs(node):
            key = self._scalar(key_node)
            if key in found:
                line, _ = self._tree.keys[*path, key]
                fault = _fault(key_node, f"{key!r} is written twice", f"line {line} has it already")
                self._tree.faults.append(fault)
                continue
            self._tree.keys[*path, key] = _at(key_node)
            found[key] = self.value(value_node, (*path, key))
        return found

    def _pairs(self, node: MappingNode) -> Iterator[tuple[ScalarNode, Node]]:
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._tree.faults.append(_fault(key, "a key must be a word", "write a plain word"))
            elif key.tag == f"{_PREFIX}merge":
                fix = "write the keys out, or name a whole value with an alias"
                self._tree.faults.append(_fault(key, "merge keys (<<) are not supported", fix))
            else:
                yield key, value

    def _scalar(self, node: Node) -> Any:
        text = str(node.value)
        match node.tag.removeprefix(_PREFIX):
            case "null":
                return None
            case "bool" if text.lower() in _BOOLS:
                return _BOOLS[text.lower()]
            case "int":
                return _whole(text)
            case "float":
                return _real(text)
            # A date, a base-60 number and the like are text in a rubric.
            case "str" | "timestamp" | "value":
                return text
        self._refuse_tag(node)
        return text

    def _refuse_tag(self, node: Node) -> None:
        name = node.tag.replace(_PREFIX, "!!")
        fault = _fault(node, f"the tag {name} is not allowed", "remove the word that begins with !")
        self._tree.faults.append(fault)


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _real(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _at(node: Node) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _fault(node: Node, message: str, fix: str) -> Fault:
    return Fault(*_at(node), message, fix)
