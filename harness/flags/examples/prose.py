"""The text of a prompt without what only holds it: comment marks, quotes, XML tags."""

from __future__ import annotations

import ast
import html
import re
from bisect import bisect_right
from dataclasses import dataclass

from harness.models import Language
from harness.syntax.tree import Node, document

MAX_PROMPT_CHARS = 64_000
_LEADER = re.compile(r"^[ \t]*(?:///?|/\*+|\*+/?(?=\s|$)|#+(?=[ \t>]|$)|--(?=\s)|\"\"\"|''')[ \t]?")
_BULLET = re.compile(r"^[ \t]*[-*+•][ \t]+")
_CLOSER = re.compile(r"(?:\*/|\"\"\"|''')[ \t]*$")
_TAGS = re.compile(r"</?(?:example|code|summary|returns?|remarks|para|c|pre|p|li|ul|br)\s*/?>")


@dataclass(frozen=True)
class Prose:
    """Plain lines and where they came from. numbers: the prompt's 1-based line of each line."""

    text: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]

    def line(self, at: int) -> int:
        """The prompt's line of an offset in ``text``."""
        return self.numbers[bisect_right(self.starts, at) - 1]


def prose_of(language: Language, prompt: str) -> Prose:
    """Lines of the prompt, at most ``MAX_PROMPT_CHARS`` of it."""
    rows = [(n, line) for n, line in enumerate(prompt[:MAX_PROMPT_CHARS].split("\n"), start=1)]
    if language is Language.PYTHON:
        rows = _decoded(prompt[:MAX_PROMPT_CHARS], rows)
    starts, lines, at = [], [], 0
    for _, line in rows:
        plain = _plain(line)
        starts.append(at)
        lines.append(plain)
        at += len(plain) + 1
    return Prose("\n".join(lines), tuple(starts), tuple(number for number, _ in rows))


def _plain(line: str) -> str:
    xml = line.lstrip().startswith("///")
    line = _BULLET.sub("", _CLOSER.sub("", _LEADER.sub("", line.rstrip("\r"))))
    return html.unescape(_TAGS.sub(" ", line)) if xml else line


def _decoded(prompt: str, rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Docstrings as a reader of ``help()`` sees them: ``\\\\n`` in one is ``\\n`` in an example."""
    doc = document(Language.PYTHON, prompt)
    if doc is None or "\\" not in prompt:
        return rows
    for node in reversed(list(doc.all("string"))):
        value = _docstring(node)
        if value is None:
            continue
        first, last = node.line, doc.place(node.end)[0]
        lines = [(min(first + n, last), line) for n, line in enumerate(value.split("\n"))]
        rows[first - 1 : last] = lines
    return rows


def _docstring(node: Node) -> str | None:
    """The text of a docstring that escapes something."""
    holder = node.parent
    if holder is None or holder.type != "expression_statement" or "\\" not in node.text:
        return None
    try:
        value = ast.literal_eval(node.text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None
