"""What a row looks like: one description for the strict check, Parquet and the dataset card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.models import Json


@dataclass(frozen=True)
class Scalar:
    """One value. arrow: the name of its type in Arrow and in a card's features."""

    name: str
    kinds: tuple[type, ...]
    arrow: str


@dataclass(frozen=True)
class ListOf:
    """A list of any length."""

    of: Shape


@dataclass(frozen=True)
class Struct:
    """An object with exactly these keys."""

    fields: Mapping[str, Shape]


Shape = Scalar | ListOf | Struct

TEXT = Scalar("text", (str,), "string")
WHOLE = Scalar("whole number", (int,), "int64")
NUMBER = Scalar("number", (int, float), "float64")
YES_NO = Scalar("true or false", (bool,), "bool")
MAYBE_TEXT = Scalar("text or null", (str, type(None)), "string")
MAYBE_WHOLE = Scalar("whole number or null", (int, type(None)), "int64")
# Whatever JSON holds; Parquet has no such type and gets the JSON's text.
ANY = Scalar("JSON", (object,), "string")

MESSAGE = Struct({"role": TEXT, "content": TEXT})
MESSAGES = ListOf(MESSAGE)


def fault_of(shape: Shape, value: Json, where: str = "row") -> str | None:
    """What is wrong with a value, None if it is exactly of this shape."""
    if isinstance(shape, Scalar):
        right = isinstance(value, shape.kinds)
        # A bool is an int to Python, to nobody else.
        disguised = isinstance(value, bool) and shape in (WHOLE, NUMBER, MAYBE_WHOLE)
        return None if right and not disguised else f"{where}: {value!r} is no {shape.name}"
    if isinstance(shape, ListOf):
        if not isinstance(value, list):
            return f"{where}: {value!r} is no list"
        return _first(fault_of(shape.of, one, f"{where}[{at}]") for at, one in enumerate(value))
    if not isinstance(value, dict):
        return f"{where}: {value!r} is no object"
    if list(value) != list(shape.fields):
        return f"{where}: has the keys {list(value)}, not {list(shape.fields)}"
    return _first(fault_of(of, value[key], f"{where}.{key}") for key, of in shape.fields.items())


def _first(faults: Any) -> str | None:
    return next((fault for fault in faults if fault), None)


def arrow_type(shape: Shape) -> Any:
    """The Arrow data type."""
    import pyarrow as pa  # late: slow to import, and JSONL does without

    if isinstance(shape, Scalar):
        types = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
        return types.get(shape.arrow, pa.bool_())
    if isinstance(shape, ListOf):
        return pa.list_(arrow_type(shape.of))
    return pa.struct([pa.field(key, arrow_type(of)) for key, of in shape.fields.items()])


def has_any(shape: Shape) -> bool:
    """Whether some part of it is kept as JSON's text in Parquet."""
    if isinstance(shape, Scalar):
        return shape is ANY
    if isinstance(shape, ListOf):
        return has_any(shape.of)
    return any(has_any(of) for of in shape.fields.values())


def features(shape: Shape) -> Json:
    """What a dataset card says of it (``dataset_info.features``)."""
    if isinstance(shape, Scalar):
        return {"dtype": shape.arrow}
    if isinstance(shape, ListOf):
        inner = features(shape.of)
        return {"list": inner["dtype"] if isinstance(shape.of, Scalar) else inner["struct"]}
    return {"struct": [{"name": key, **features(of)} for key, of in shape.fields.items()]}
