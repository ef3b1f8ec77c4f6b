"""Whether a value can be what a C++ or C# type says, and the value as that type has it."""

from __future__ import annotations

import re

from harness.flags.examples.literals import NotLiteral
from harness.models import Json

_INTEGERS = {
    "int": 32, "long": 64, "short": 16, "long long": 64, "int64_t": 64, "int32_t": 32,
    "long int": 64, "long long int": 64, "sbyte": 8, "Int32": 32, "Int64": 64, "BigInteger": 4000,
}  # fmt: skip
_UNSIGNED = {
    "unsigned": 32, "unsigned int": 32, "unsigned long": 64, "unsigned long long": 64,
    "size_t": 64, "uint64_t": 64, "uint32_t": 32, "uint": 32, "ulong": 64, "byte": 8, "ushort": 16,
}  # fmt: skip
_REALS = {"float", "double", "long double", "decimal"}
_STRINGS = {"string", "String", "std::string"}
_LISTS = {
    "vector", "list", "deque", "List", "IList", "IEnumerable", "ICollection", "IReadOnlyList",
}  # fmt: skip
_SETS = {"set", "unordered_set", "HashSet", "ISet"}
_MAPS = {"map", "unordered_map", "Dictionary", "IDictionary"}
_TUPLES = {"pair", "tuple", "Tuple", "ValueTuple", "KeyValuePair"}
_ANY = {"object", "dynamic", "any", "std::any"}


def fit(value: Json, kind: str) -> Json:
    """The value for a parameter or result of type ``kind``. Raises NotLiteral if it is none.

    A type this does not know takes nothing: the caller leaves the example out.
    """
    kind = plain_type(kind)
    if kind.endswith("?"):
        return None if value is None else fit(value, kind[:-1])
    if kind in _ANY:
        return value
    if kind in _INTEGERS or kind in _UNSIGNED:
        return _integer(value, kind)
    if kind in _REALS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotLiteral("no number")
        return value
    if kind == "bool":
        return _of_type(value, bool)
    if kind in _STRINGS:
        return _of_type(value, str)
    if kind == "char":
        if not isinstance(value, str) or len(value) != 1 or ord(value) > 127:
            raise NotLiteral("no character")
        return value
    return _composed(value, kind)


def plain_type(kind: str) -> str:
    """Without qualifiers, references and ``std::``."""
    kind = re.sub(
        r"\b(?:const|std::|public|static|inline|ref|params|this)\s*|\bstd\s*::\s*", "", kind
    )
    return re.sub(r"\s+", " ", kind.replace("&", " ")).strip()


def _of_type(value: Json, wanted: type) -> Json:
    if type(value) is not wanted:
        raise NotLiteral(f"no {wanted.__name__}")
    return value


def _integer(value: Json, kind: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotLiteral("no integer")
    bits = _INTEGERS.get(kind)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if bits else (0, 2 ** _UNSIGNED[kind])
    if not low <= value < high:
        raise NotLiteral("out of the type's range")
    return value


def _composed(value: Json, kind: str) -> Json:
    if kind.endswith("[]"):
        return _each(value, kind[:-2])
    outer, inner = _arguments(kind)
    if outer in _LISTS and len(inner) == 1:
        return _each(value, inner[0])
    if outer in _SETS and len(inner) == 1:
        return _each(value, inner[0])
    if outer in _MAPS and len(inner) == 2:
        return _map(value, *inner)
    if outer in _TUPLES or (outer == "" and inner):
        if not isinstance(value, list) or len(value) != len(inner):
            raise NotLiteral("no tuple of that size")
        return [fit(one, each) for one, each in zip(value, inner, strict=True)]
    if outer == "optional" and len(inner) == 1:
        return None if value is None else fit(value, inner[0])
    raise NotLiteral(f"{kind} is not known")


def _each(value: Json, kind: str) -> list[Json]:
    if not isinstance(value, list):
        raise NotLiteral("no list")
    return [fit(one, kind) for one in value]


def _map(value: Json, key: str, kind: str) -> Json:
    if isinstance(value, list):
        if any(not isinstance(pair, list) or len(pair) != 2 for pair in value):
            raise NotLiteral("no mapping")
        pairs = [(pair[0], pair[1]) for pair in value]
    elif isinstance(value, dict):
        tagged = value.get("$dict") if len(value) == 1 else None
        pairs = [(k, v) for k, v in tagged] if tagged is not None else list(value.items())
    else:
        raise NotLiteral("no mapping")
    fitted = [(fit(k, key), fit(v, kind)) for k, v in pairs]
    if plain_type(key) in _STRINGS:
        return dict(fitted)
    return {"$dict": [[k, v] for k, v in fitted]}


def _arguments(kind: str) -> tuple[str, list[str]]:
    """``map<string, vector<int>>`` → ("map", ["string", "vector<int>"]); C#'s ``(int, int)``."""
    found = re.fullmatch(r"([\w.:]*)\s*(?:<(.*)>|\((.*)\))", kind, re.DOTALL)
    if found is None:
        return kind, []
    parts, depth, current = [], 0, ""
    for mark in found[2] if found[2] is not None else found[3]:
        depth += (mark in "<([") - (mark in ">)]")
        if mark == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += mark
    parts.append(current.strip())
    if found[1] == "":  # (int Sum, int Product): names are no part of the type
        parts = [re.sub(r"\s+\w+$", "", part) for part in parts]
    return found[1].rpartition(".")[2], parts
