"""Highlighted code as lines of HTML: Pygments tokens, classes only, hidden characters shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType

from harness.models import Language
from harness.reporting.text import HIDDEN, trusted, visible

_LEXERS = {Language.CPP: "cpp", Language.CSHARP: "csharp"}
_CLASSES = {
    Token.Comment: "c", Token.Comment.Preproc: "p", Token.Comment.PreprocFile: "s",
    Token.Keyword: "k", Token.Keyword.Type: "t", Token.Literal.String: "s",
    Token.Literal.String.Escape: "e", Token.Literal.Number: "m", Token.Name.Function: "f",
    Token.Name.Class: "f", Token.Name.Builtin: "b", Token.Name.Decorator: "p",
    Token.Name.Tag: "k", Token.Name.Attribute: "b", Token.Operator.Word: "k",
}  # fmt: skip
# A response can be megabytes of noise; a page that size helps nobody.
HIGHLIGHTED_CHARS = 60_000
SHOWN_LINES = 2_000
# The typing stub of pygments keeps the token type private.
TokenType: TypeAlias = _TokenType


def code_lines(source: str, language: Language) -> tuple[Markup, ...]:
    """Lines of ``source`` as HTML. Beyond the limits lines are plain, then left out."""
    # Code taken from an answer and the fence it stood in differ in their last newline only.
    return _code_lines(source.replace("\r\n", "\n").rstrip("\n"), language)


@lru_cache(maxsize=256)
def _code_lines(text: str, language: Language) -> tuple[Markup, ...]:
    """Highlighted lines, kept by text.

    Samples of one model are often word for word the same, and stand close together; at the review
    desk several people see the same item. More is memory for nothing.
    """
    if len(text) > HIGHLIGHTED_CHARS:
        return tuple(visible(line[:2000]) for line in text.split("\n")[:SHOWN_LINES])
    lines: list[str] = []
    current: list[str] = []
    for css, value in _tokens(text, language):
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append("".join(current))
                current = []
            if piece:
                current.append(_span(css, piece))
    lines.append("".join(current))
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return tuple(trusted(line) for line in lines[:SHOWN_LINES])


def _tokens(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """Tokens merged by class, so that a line of punctuation is one span and not ten."""
    held_class, held = "", ""
    for _, kind, value in _lexer(language).get_tokens_unprocessed(text):
        css = held_class if value.isspace() else _css_class(kind)
        if css != held_class:
            if held:
                yield held_class, held
            held_class, held = css, value
        else:
            held += value
    if held:
        yield held_class, held


def _span(css: str, piece: str) -> str:
    safe = visible(piece) if HIDDEN.search(piece) else escape(piece)
    return f'<i class="{css}">{safe}</i>' if css else str(safe)


@lru_cache
def _css_class(kind: TokenType) -> str:
    found: TokenType | None = kind
    while found is not None:
        if found in _CLASSES:
            return _CLASSES[found]
        found = found.parent
    return ""


@lru_cache
def _lexer(language: Language) -> Lexer:
    return get_lexer_by_name(_LEXERS.get(language, language.value))
