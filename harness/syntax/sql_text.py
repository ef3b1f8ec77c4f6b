"""SQL text cut into statements, by its quotes and comments alone: any dialect, any length.

No grammar is asked: the dialects differ too much, and a right answer must never be refused
because a grammar does not know it. Whether a statement is valid says the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<escaped>\b[eE]'(?:[^'\\]|\\.)*(?:'|\Z))
  | (?P<quoted>'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z))
  | (?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z))
  | (?P<word>[^\W\d][\w$]*)
  | (?P<space>\s+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Statements that give rows; a WITH gives what its main part gives.
QUERY_WORDS = frozenset({"select", "values", "table", "explain", "show", "pragma", "describe"})
CHANGE_WORDS = frozenset(
    {
        "insert", "update", "delete", "replace", "merge", "create", "alter", "drop", "truncate",
        "begin", "start", "commit", "savepoint", "grant", "revoke", "call", "do", "set", "comment",
        "refresh", "reindex", "analyze", "vacuum", "copy", "rename", "end", "rollback", "release",
        "lock",
    }
)  # fmt: skip
_MAIN_PARTS = frozenset({"select", "values", "table", "insert", "update", "delete", "merge"})


@dataclass(frozen=True)
class Statement:
    """One statement: its text, where it starts in the whole, and the word that says its kind."""

    text: str
    start: int
    word: str

    @property
    def is_query(self) -> bool:
        """Whether its first purpose is to return rows."""
        return self.word in QUERY_WORDS


@dataclass(frozen=True)
class Token:
    """A token that is neither space nor comment; ``depth`` counts open parentheses."""

    kind: str
    text: str
    start: int
    depth: int


def tokens(text: str) -> Iterator[Token]:
    """Tokens of SQL text; never raises, an open quote ends with the text."""
    depth = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup if found.lastgroup != "tag" else "dollar"
        if kind is None or kind in ("space", "comment"):
            continue
        text_found = found[0]
        if text_found == ")":
            depth -= 1
        yield Token(kind, text_found, found.start(), depth)
        if text_found == "(":
            depth += 1


class _Piece:
    """The tokens of a statement as they come, and whether its body has been opened."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self._opened = False

    def add(self, token: Token) -> None:
        """Take a token; BEGIN opens the body of a trigger, BEGIN ATOMIC that of a function."""
        self.tokens.append(token)
        if self._opened or self._word(0) != "create":
            return
        trigger = any(self._word(at) == "trigger" for at in (1, 2, 3))
        self._opened = (trigger and self._word(-1) == "begin") or (
            self._word(-2) == "begin" and self._word(-1) == "atomic"
        )

    def is_open(self) -> bool:
        """Whether a ``;`` here stands inside the body."""
        ended = self._word(-1) == "end" and self._word(-2) in (";", "begin", "atomic")
        return self._opened and not ended

    def _word(self, at: int) -> str:
        try:
            return self.tokens[at].text.lower()
        except IndexError:
            return ""


def statements(text: str) -> list[Statement]:
    """The statements of a script without their semicolons; pieces of comments alone are none.

    The body of a trigger, or of a function with ``BEGIN ATOMIC``, stays in one piece.
    """
    found: list[Statement] = []
    piece = _Piece()
    start = 0
    for token in tokens(text):
        if token.text == ";" and token.kind == "other" and not piece.is_open():
            found += _statement(text[start : token.start], start, piece.tokens)
            piece, start = _Piece(), token.start + 1
        else:
            piece.add(token)
    return found + _statement(text[start:], start, piece.tokens)


def _statement(text: str, start: int, piece: list[Token]) -> list[Statement]:
    if not piece:
        return []
    return [Statement(text.strip(), start + len(text) - len(text.lstrip()), main_word(piece))]


def main_word(piece: list[Token]) -> str:
    """The word that says what a statement does: the first, or what follows a WITH."""
    words = [token for token in piece if token.kind == "word"]
    first = words[0].text.lower() if words else ""
    if piece[0].text == "(":
        return first if first in QUERY_WORDS else ""
    if first != "with":
        return first
    for token in words[1:]:
        word = token.text.lower()
        if token.depth <= piece[0].depth and word in _MAIN_PARTS:
            return word
    return first


@lru_cache(maxsize=512)  # asked about a task's golds with every response
def orders_its_result(text: str) -> bool:
    """Whether the last statement has an ORDER BY of its own, outside all parentheses.

    Parentheses around the whole statement do not count.
    """
    found = statements(text)
    if not found:
        return False
    all_tokens = list(tokens(found[-1].text))
    depth = 0
    while all_tokens and all_tokens[0].text == "(" and all(
        token.depth > depth for token in all_tokens[1:-1]
    ) and all_tokens[-1].text == ")":  # fmt: skip
        all_tokens = all_tokens[1:-1]
        depth += 1
    words = [token for token in all_tokens if token.depth == depth]
    return any(
        one.text.lower() == "order" and after.text.lower() == "by" and one.kind == "word"
        for one, after in pairwise(words)
    )
