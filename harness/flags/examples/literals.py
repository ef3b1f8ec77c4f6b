"""Literals of five notations as wire values: Python, JavaScript, C++, C# and plain prose.

Prompts mix them (a C# prompt may show ``[1, 2]``), so one reader takes all; what stands for
different values in different languages, as ``{1, 2}`` does, follows the task's language.
Nothing is ever evaluated. A value that the wire cannot carry exactly raises NotLiteral.
"""

from __future__ import annotations

import ast
import re

from harness.models import Json, Language

MAX_DEPTH = 40
MAX_CHARS = 4000
SAFE_INTEGER = 2**53
# Prose puts backticks around code.
_SPACE = re.compile(r"[\s`]*")
_NUMBER = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+(?:[_']\d+)*)?\.\d+(?:[eE][-+]?\d+)?"
    r"|\d+(?:[_']\d+)*(?:[eE][-+]?\d+)?)"
)
_SUFFIX = re.compile(r"[fFlLuUmMdDn]{1,3}(?!\w)")
_STRING = re.compile(r""""(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'""", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")
_WORDS: dict[str, Json] = {
    "True": True, "true": True, "False": False, "false": False,
    "None": None, "null": None, "nullptr": None,
}  # fmt: skip
_TYPE = r"(?:std::)?[A-Za-z_][\w:]{0,60}(?:<[\w:<>,\s\[\]?*&]{1,120}>)?(?:\[,?\d{0,6}\])*"
_CAST = re.compile(rf"\(\s*(?:const\s+)?{_TYPE}\s*\)\s*(?=[{{\d\"'\-])")
_TYPED = re.compile(
    rf"(?:new\s*\[\s*\]|new\s+{_TYPE}|{_TYPE})\s*(?:\(\s*\)\s*)?(?P<open>\{{|\(\s*\{{)"
)
_EMPTY = re.compile(rf"new\s+(?:List|HashSet|Dictionary)<{_TYPE}(?:\s*,\s*{_TYPE})?>\s*\(\s*\)")
_MADE = re.compile(r"(?:std::)?(?:make_pair|make_tuple|pair|tuple)\s*\(|(?:Tuple\.Create)\s*\(")
_BUILTIN = re.compile(r"(set|frozenset|list|tuple|dict)\(\s*")
_TEXT = re.compile(r"(?:std::)?string\s*\(\s*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "v": "\v", "a": "\a"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_TYPED_LANGUAGES = (Language.CPP, Language.CSHARP)


class NotLiteral(Exception):
    """There is no literal here, or one that cannot be carried exactly."""


class Literals:
    """Reads literals out of ``text``; every method takes an offset and gives the one behind."""

    def __init__(self, text: str, language: Language) -> None:
        self.text = text
        self.language = language

    def read(self, at: int) -> tuple[Json, int]:
        """The literal that begins at ``at`` (white space apart). Raises NotLiteral."""
        value, end = self._value(at, 0)
        if end - at > MAX_CHARS:
            raise NotLiteral("too long")
        return value, end

    def skip(self, at: int) -> int:
        """Behind white space."""
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _value(self, at: int, depth: int) -> tuple[Json, int]:
        if depth > MAX_DEPTH:
            raise NotLiteral("nested too deep")
        at = self.skip(at)
        mark = self.text[at : at + 1]
        if mark == "(":
            return self._parenthesised(at, depth)
        if mark == "[":
            return self._items(at + 1, "]", depth)
        if mark == "{":
            return self._braces(at, depth)
        if mark in "\"'" and mark:
            return self._string(at)
        number = _NUMBER.match(self.text, at)
        if number:
            return self._number(number)
        return self._named(at, depth)

    def _items(self, at: int, close: str, depth: int) -> tuple[list[Json], int]:
        values: list[Json] = []
        while True:
            at = self.skip(at)
            if self.text.startswith(close, at):
                return values, at + 1
            value, at = self._value(at, depth + 1)
            values.append(value)
            at = self._comma(at, close)

    def _comma(self, at: int, close: str) -> int:
        """Behind a comma, or at the closing bracket."""
        at = self.skip(at)
        if self.text.startswith(",", at):
            return at + 1
        if not self.text.startswith(close, at):
            raise NotLiteral(f"no {close}")
        return at

    def _parenthesised(self, at: int, depth: int) -> tuple[Json, int]:
        cast = _CAST.match(self.text, at) if self.language in _TYPED_LANGUAGES else None
        if cast:
            return self._value(cast.end(), depth + 1)
        values, end = self._items(at + 1, ")", depth)
        if len(values) == 1 and not self.text[at : end - 1].rstrip().endswith(","):
            return values[0], end
        return self._tuple(values), end

    def _tuple(self, values: list[Json]) -> Json:
        return {"$tuple": values} if self.language is Language.PYTHON else values

    def _braces(self, at: int, depth: int) -> tuple[Json, int]:
        """A set, a mapping, or in C++ and C# a list."""
        first = self.skip(at + 1)
        if self.language is Language.JAVASCRIPT:
            return self._mapping(first, depth)
        empty = self.text.startswith("}", first)
        if empty:
            return ([] if self.language in _TYPED_LANGUAGES else {}), first + 1
        try:
            return self._mapping(first, depth)
        except NotLiteral:
            values, end = self._items(first, "}", depth)
        return (values if self.language in _TYPED_LANGUAGES else {"$set": values}), end

    def _mapping(self, at: int, depth: int) -> tuple[Json, int]:
        """``key: value`` pairs up to the closing brace (``["key"] = value`` in C#)."""
        pairs: list[tuple[Json, Json]] = []
        while True:
            at = self.skip(at)
            if self.text.startswith("}", at):
                return mapping(pairs), at + 1
            key, at = self._key(at, depth)
            value, at = self._value(at, depth + 1)
            pairs.append((key, value))
            at = self._comma(at, "}")

    def _key(self, at: int, depth: int) -> tuple[Json, int]:
        word = _WORD.match(self.text, at)
        if word and self.language is Language.JAVASCRIPT:
            key, end = word[0], word.end()
        elif self.text.startswith("[", at) and self.language is Language.CSHARP:
            found, end = self._items(at + 1, "]", depth)
            end = self.skip(end)
            if len(found) != 1 or not self.text.startswith("=", end):
                raise NotLiteral("no key")
            return found[0], end + 1
        else:
            key, end = self._value(at, depth + 1)
        end = self.skip(end)
        if not self.text.startswith(":", end):
            raise NotLiteral("no colon")
        if self.language is Language.JAVASCRIPT and not isinstance(key, str):
            key = str(key)
        return key, end + 1

    def _string(self, at: int) -> tuple[str, int]:
        found = _STRING.match(self.text, at)
        if found is None or self.text.startswith(found[0][0], found.end()):
            raise NotLiteral("no string")
        if self.language is not Language.PYTHON:
            return _ESCAPE.sub(_unescaped, found[0][1:-1]), found.end()
        try:
            value = ast.literal_eval(found[0])
        except (SyntaxError, ValueError) as error:
            raise NotLiteral("no string") from error
        return str(value), found.end()

    def _number(self, found: re.Match[str]) -> tuple[Json, int]:
        text, end = found[0].replace("_", "").replace("'", ""), found.end()
        is_float = not text.lower().lstrip("+-").startswith("0x") and bool(set(text) & set(".eE"))
        suffix = _SUFFIX.match(self.text, end) if self.language is not Language.PYTHON else None
        if suffix:
            end = suffix.end()
            is_float = is_float or suffix[0].lower() in ("f", "d", "m")
        if _WORD.match(self.text, end) or re.match(r"\.\d", self.text[end : end + 2]):
            raise NotLiteral("no number")
        if is_float:
            return self._float(text), end
        value = int(text, 0) if "x" in text.lower() else int(text[:MAX_CHARS])
        if self.language is Language.JAVASCRIPT and abs(value) > SAFE_INTEGER:
            raise NotLiteral("not exact in JavaScript")
        return value, end

    def _float(self, text: str) -> float:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise NotLiteral("beyond a float")
        return value

    def _named(self, at: int, depth: int) -> tuple[Json, int]:
        """Words, and values with their type before them."""
        builtin = _BUILTIN.match(self.text, at) if self.language is Language.PYTHON else None
        if builtin:
            return self._built(builtin, depth)
        made = _MADE.match(self.text, at) or _TEXT.match(self.text, at)
        if made and self.language in _TYPED_LANGUAGES:
            values, end = self._items(made.end(), ")", depth)
            return (values[0] if "string" in made[0] and len(values) == 1 else values), end
        empty = _EMPTY.match(self.text, at)
        typed = _TYPED.match(self.text, at)
        if typed and self.language in _TYPED_LANGUAGES:
            value, end = self._braces(typed.end() - 1, depth + 1)
            if typed["open"].startswith("("):
                end = self._comma(end, ")") + 1
            return value, end
        if empty and self.language is Language.CSHARP:
            return ({} if "Dictionary" in empty[0] else []), empty.end()
        word = _WORD.match(self.text, at)
        if word is None or word[0] not in _WORDS:
            raise NotLiteral("no literal")
        return _WORDS[word[0]], word.end()

    def _built(self, found: re.Match[str], depth: int) -> tuple[Json, int]:
        """``set([1, 2])`` and its like."""
        values, end = self._items(found.end(), ")", depth)
        inner = values[0] if values else []
        if len(values) > 1 or not isinstance(inner, list) or (found[1] == "dict" and values):
            raise NotLiteral("no literal")
        made: dict[str, Json] = {
            "set": {"$set": inner}, "frozenset": {"$frozenset": inner}, "list": inner,
            "tuple": {"$tuple": inner}, "dict": {},
        }  # fmt: skip
        return made[found[1]], end


def mapping(pairs: list[tuple[Json, Json]]) -> Json:
    """A wire value for a mapping: an object, or tagged pairs if a key is no plain text."""
    if all(isinstance(key, str) and not key.startswith("$") for key, _ in pairs):
        return dict(pairs)
    return {"$dict": [[key, value] for key, value in pairs]}


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(found[3], found[3])
