"""Wire values: how a candidate's value crosses from the sandbox, and how it is shown.

Plain JSON stands for itself. What JSON cannot hold is an object with exactly one key that
begins with ``$`` (``$other`` carries ``repr`` beside it)::

    {"$int": "123…"}  {"$float": "nan"|"inf"|"-inf"|"-0"}  {"$bytes": "<latin-1 text>"}
    {"$tuple": […]}  {"$set": […]}  {"$frozenset": […]}  {"$dict": [[k, v], …]}
    {"$complex": [re, im]}  {"$undefined": 1}  {"$date": ms}  {"$map": [[k, v], …]}
    {"$regexp": [source, flags]}  {"$other": "TypeName", "repr": "…"}

The text comes from a hostile process, so nothing here trusts its shape: a malformed tag
becomes an :class:`Opaque`, which equals nothing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.models import Json, Language

MAX_DEPTH = 150
MAX_DIGITS = 4000  # Python refuses to parse longer integers; they are compared as digits
SHOW_CHARS = 2000
_INTEGER = re.compile(r"-?[0-9]+")
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "-0": -0.0}


@dataclass(frozen=True, eq=False)
class Opaque:
    """A value that cannot cross. ``eq=False``: the judge treats it as equal to nothing."""

    type_name: str
    text: str


@dataclass(frozen=True)
class Tagged:
    """A value Python has no plain type for: equal when kind and content are equal."""

    kind: str
    content: Any = None


UNDEFINED = Tagged("undefined")


def normalise(value: Json, depth: int = 0) -> Any:
    """Return ``value`` (a wire value) as plain Python, :class:`Tagged` or :class:`Opaque`."""
    if depth > MAX_DEPTH:
        return Opaque("value", f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, list | tuple):
        # A tuple can only come from a task built in Python; drivers tag theirs.
        items = [normalise(item, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if not isinstance(value, dict):
        return value
    tag = next(iter(value), "")
    if tag == "$other":
        return Opaque(str(value["$other"]), str(value.get("repr", "")))
    if len(value) == 1 and tag in _DECODERS:
        try:
            return _DECODERS[tag](value[tag], depth + 1)
        except (TypeError, ValueError, KeyError):
            return Opaque("malformed", tag)
    return {key: normalise(item, depth + 1) for key, item in value.items()}


def _items(value: Json, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return [normalise(item, depth) for item in value]


def _pairs(value: Json, depth: int) -> list[tuple[Any, Any]]:
    pairs = _items(value, depth)
    if any(not isinstance(pair, list) or len(pair) != 2 for pair in pairs):
        raise TypeError("not pairs")
    return [(key, item) for key, item in pairs]


def _integer(value: Json, _depth: int) -> Any:
    if not isinstance(value, str) or not _INTEGER.fullmatch(value):
        raise ValueError("not an integer")
    if len(value) <= MAX_DIGITS:
        return int(value)
    digits = value.lstrip("-").lstrip("0")
    return Tagged("int", "-" + digits if value.startswith("-") else digits)


def _bytes(value: Json, _depth: int) -> bytes:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value.encode("latin-1")


def _complex(value: Json, depth: int) -> complex:
    real, imaginary = _items(value, depth)
    return complex(real, imaginary)


_DECODERS: dict[str, Callable[[Json, int], Any]] = {
    "$int": _integer,
    "$float": lambda value, _: _FLOATS[value],
    "$bytes": _bytes,
    "$tuple": lambda value, depth: tuple(_items(value, depth)),
    "$set": lambda value, depth: frozenset(_items(value, depth)),
    "$frozenset": lambda value, depth: frozenset(_items(value, depth)),
    "$dict": lambda value, depth: dict(_pairs(value, depth)),
    "$complex": _complex,
    "$undefined": lambda _, __: UNDEFINED,
    "$date": lambda value, depth: Tagged("date", normalise(value, depth)),
    "$map": lambda value, depth: Tagged("map", _pairs(value, depth)),
    "$regexp": lambda value, depth: Tagged("regexp", _items(value, depth)),
}


def show(value: Json, language: Language | str = Language.PYTHON, cap: int = SHOW_CHARS) -> str:
    """Return display text of a wire value: ``repr`` for Python, JSON-like elsewhere, capped."""
    return show_plain(normalise(value), language, cap)


def show_plain(value: Any, language: Language | str = "python", cap: int = SHOW_CHARS) -> str:
    """Like :func:`show`, for a value that is normalised already."""
    text = _python(value) if language == Language.PYTHON else _json_like(value)
    # A lone surrogate cannot be written to any file.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= cap else f"{text[:cap]}… ({len(text)} characters)"


def _python(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_python, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_python, value)) + (",)" if len(value) == 1 else ")")
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(_python, value))) + "}" if value else "set()"
    if isinstance(value, dict):
        inner = ", ".join(f"{_python(key)}: {_python(item)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, Tagged | Opaque | Decimal):
        return _json_like(value)
    return _number(value) if isinstance(value, int) else repr(value)


def _json_like(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json_like, value)) + "]"
    if isinstance(value, frozenset):
        return "Set{" + ", ".join(sorted(map(_json_like, value))) + "}"
    if isinstance(value, dict):
        return "{" + _entries(value.items()) + "}"
    if isinstance(value, Opaque):
        return f"<{value.type_name}> {value.text}".strip()
    return _tagged(value) if isinstance(value, Tagged) else _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | complex):
        return repr(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, int):
        return _number(value).lower()
    return json.dumps(value, ensure_ascii=False)


def _number(value: int) -> str:
    # str() of an integer past Python's digit limit raises; a task built in code may hold one.
    return repr(value) if value.bit_length() < 3 * MAX_DIGITS else hex(value)


def _entries(pairs: Any) -> str:
    return ", ".join(f"{_json_like(key)}: {_json_like(item)}" for key, item in pairs)


def _tagged(value: Tagged) -> str:
    if value.kind == "undefined":
        return "undefined"
    if value.kind == "int":
        return str(value.content)
    if value.kind == "map":
        return "Map{" + _entries(value.content) + "}"
    if value.kind == "regexp":
        return "/" + "/".join(map(str, value.content))
    return f"{value.kind.capitalize()}({_json_like(value.content)})"
