"""From what pydantic says about a value to what the author of a rubric should do."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from harness.models.rubric import Rubric
from harness.rubrics._tree import Fault, Path_, Tree

_SOME = 16
_NOUNS = {
    "bool": "true or false", "int": "a whole number", "float": "a number", "str": "text",
    "dict": "keys with values", "list": "a list", "NoneType": "nothing",
}  # fmt: skip
_WANTED = {
    "string_type": "str", "bool_type": "bool", "int_type": "int", "int_from_float": "int",
    "tuple_type": "list", "dict_type": "dict", "model_type": "dict",
}  # fmt: skip


def faults_of(errors: Sequence[ErrorDetails], tree: Tree) -> list[Fault]:
    """The mistakes behind pydantic's errors; a key that is misspelt is not missing besides."""
    misspelt = {
        (*error["loc"][:-1], near)
        for error in errors
        if error["type"] == "extra_forbidden"
        for near in get_close_matches(str(error["loc"][-1]), keys_of(error["loc"][:-1]), 1, 0.6)
    }
    return [
        _fault(error, tree)
        for error in errors
        if error["type"] != "missing" or error["loc"] not in misspelt
    ]


def _fault(error: ErrorDetails, tree: Tree) -> Fault:
    """The mistake an error of pydantic stands for, where it was written."""
    path: Path_ = tuple(error["loc"])
    kind, shown = error["type"], _shown(path)
    if kind == "extra_forbidden":
        fix = meant(str(path[-1]), keys_of(path[:-1]))
        return Fault(*tree.place(path, of_key=True), f"unknown key {path[-1]!r}", fix)
    if kind == "missing":
        around = _shown(path[:-1])
        line, column = tree.place(path)
        return Fault(line, column, f"{around} has no {path[-1]}", f"add {path[-1]}: …")
    line, column = tree.place(path)
    if kind in _WANTED:
        return Fault(line, column, *_wrong_type(shown, _WANTED[kind], error["input"]))
    return Fault(line, column, *_wrong_value(shown, error))


def meant(name: str, known: Sequence[str]) -> str:
    """What to write in place of an unknown name."""
    near = get_close_matches(name, known, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    more = ", …" if len(known) > _SOME else ""
    return f"use one of {', '.join(known[:_SOME])}{more}" if known else "remove it"


def keys_of(path: Path_) -> list[str]:
    """Keys that may stand at a path of a rubric file."""
    model: type[BaseModel] | None = Rubric
    for part in path:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_in(field.annotation) if field else None
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found:
            return found
    return None


def _wrong_type(shown: str, wanted: str, value: object) -> tuple[str, str]:
    got = type(value).__name__
    message = f"{shown} must be {_NOUNS[wanted]}, not {_NOUNS.get(got, got)}"
    if wanted == "str" and got == "NoneType":
        return message, "write something behind the colon; the word null needs quotes"
    if wanted == "str" and got in ("bool", "int", "float"):
        return message, "put it in quotes"
    if wanted == "list":
        return message, "begin each entry with - on a line of its own"
    return message, f"write {_NOUNS[wanted]} there"


def _wrong_value(shown: str, error: ErrorDetails) -> tuple[str, str]:
    facts = error.get("ctx", {})
    match error["type"]:
        case "enum" | "literal_error":
            wanted = str(facts["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
            return f"{shown} cannot be {error['input']!r}", meant(str(error["input"]), wanted)
        case "string_pattern_mismatch":
            fix = "use a to z, 0 to 9, - and _, a letter first, at most 60"
            return f"{shown} {error['input']!r} is no id", fix
        case "string_too_short" | "too_short":
            return (
                f"{shown} needs at least {facts['min_length']}",
                "add to it, or leave the key out",
            )
        case "string_too_long" | "too_long":
            return f"{shown} has more than {facts['max_length']}", "shorten it"
        case "greater_than_equal":
            return f"{shown} must be {facts['ge']} or more", "raise it"
        case "less_than_equal":
            return f"{shown} must be {facts['le']} or less", "lower it"
        case "value_error":
            message, _, fix = error["msg"].removeprefix("Value error, ").partition("; ")
            return f"{shown} {message}", fix
    return f"{shown}: {error['msg']}", "correct it"


def _shown(path: Path_) -> str:
    """``axes[2].title``, counting from 1 as people do."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) and part >= 0 else f".{part}"
    return text.removeprefix(".") or "the rubric"
