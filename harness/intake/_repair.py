"""Repairs of code that does not parse as it stands; each keeps as much as it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from harness.models import Language

_MAX_CUTS = 30
_MAX_CUTS_LONG = 5  # each cut costs a parse of the whole
_LONG_CHARS = 20_000
_CLOSING = (")", "]", "}", '"""', "'''")


def reindented(prefix: str, text: str) -> Iterator[tuple[str, str]]:
    """Python completions whose first line, or all lines, lost or gained indentation."""
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if line.strip()), None)
    if at is None or (prefix.rstrip(" \t") != prefix and at == 0):
        return
    following = [line for line in lines[at + 1 :] if line.strip()]
    wanted = _indent(following[0]) if following and _indent(following[0]) else "    "
    if lines[at].rstrip().endswith(":") and following and len(wanted) > 4:
        wanted = wanted[4:]
    first = "\n".join([*lines[:at], wanted + lines[at].lstrip(), *lines[at + 1 :]])
    yield "first line re-indented", first
    if not _indent(lines[at]):
        yield "re-indented", "\n".join("    " + line if line.strip() else line for line in lines)


def is_body(text: str) -> bool:
    """Whether ``text`` begins indented, as the body of a function does."""
    return next((line for line in text.split("\n") if line.strip()), "")[:1].isspace()


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def shortened(language: Language, text: str) -> Iterator[str]:
    """``text`` cut before a later top-level line, the longest first."""
    lines = text.split("\n")
    cuts = [number for number, line in enumerate(lines) if number and _starts_anew(language, line)]
    if language is not Language.PYTHON:
        cuts += [number + 1 for number, line in enumerate(lines) if line.startswith("}")]
        cuts = sorted(set(cuts))
    limit = _MAX_CUTS if len(text) < _LONG_CHARS else _MAX_CUTS_LONG
    for number in reversed(cuts[:limit]):
        yield "\n".join(lines[:number]) + "\n"


def _starts_anew(language: Language, line: str) -> bool:
    if not line.strip() or line[0].isspace():
        return False
    return language is not Language.PYTHON or not line.startswith(_CLOSING)


def without_echo(prefix: str, text: str) -> str | None:
    """A completion that repeats the end of the prompt, without the repetition."""
    body = text.lstrip("\n")
    if prefix.strip() and body.startswith(prefix.strip()):
        return body[len(prefix.strip()) :].lstrip("\n") if prefix.endswith("\n") else None
    signature = next((line for line in reversed(prefix.split("\n")) if _opens(line)), None)
    if signature and body.lstrip().startswith(signature.strip()):
        return body.lstrip()[len(signature.strip()) :].lstrip("\n")
    return None


def _opens(line: str) -> bool:
    return bool(re.search(r"[:{]\s*$", line)) and "(" in line


def first_that(test: Callable[[str], bool], texts: Iterator[str] | list[str]) -> str | None:
    """The first text that passes ``test``."""
    return next((text for text in texts if text.strip() and test(text)), None)
