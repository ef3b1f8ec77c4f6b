"""Variations of the examples' inputs: where right and wrong programs are likely to part.

Types stay as they are (a list of texts never becomes a number), nothing grows beyond twice its
size, and the task alone decides which variations are taken.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

from harness.flags.examples.extract import Example, examples_of
from harness.models import Json, Task

MAX_PROBES = 8
MAX_ITEMS = 60
MAX_NUMBER = 10**6


@dataclass(frozen=True)
class Probed:
    """Arguments without a known value. name: what was done to which argument."""

    name: str
    args: tuple[Json, ...]


def probes_of(task: Task) -> tuple[Probed, ...]:
    """At most ``MAX_PROBES`` inputs, the same for every response to the task."""
    examples = [one for one in examples_of(task).examples if not one.kwargs]
    taken = {json.dumps(one.args) for one in examples}
    found: dict[str, Probed] = {}
    for probe in _variations(examples):
        key = json.dumps(probe.args)
        if key not in taken:
            found.setdefault(key, probe)
    chosen = list(found.values())
    random.Random(task.task_id).shuffle(chosen)
    return tuple(_spread(chosen))


def _spread(probes: list[Probed]) -> list[Probed]:
    """Of each kind of variation one first, then the others."""
    first: dict[str, Probed] = {}
    for probe in probes:
        first.setdefault(probe.name.split(" ")[0], probe)
    later = [one for one in probes if all(one is not other for other in first.values())]
    return [*first.values(), *later][:MAX_PROBES]


def _variations(examples: list[Example]) -> Iterator[Probed]:
    for example in examples:
        for place, value in enumerate(example.args):
            for name, other in _varied(value):
                args = (*example.args[:place], other, *example.args[place + 1 :])
                yield Probed(f"{name} argument {place + 1}", args)


def _varied(value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int):
        yield from _numbers(value)
    elif isinstance(value, float):
        yield "negated", -value if value else 0.0
        yield "raised", value + 1.0
    elif isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, list):
        yield from _lists(value)


def _numbers(value: int) -> Iterator[tuple[str, Json]]:
    if abs(value) <= MAX_NUMBER:
        yield "raised", value + 1
        yield "lowered", value - 1 if value > 0 else value
        yield "zeroed", 0
    if value:
        yield "negated", -value


def _texts(value: str) -> Iterator[tuple[str, Json]]:
    yield "emptied", ""
    if 1 < len(value) <= MAX_ITEMS * 4:
        yield "shortened", value[:1]
        yield "reversed", value[::-1]
        yield "duplicated", value + value
        yield "recased", value.swapcase()


def _lists(value: list[Json]) -> Iterator[tuple[str, Json]]:
    yield "emptied", []
    if 1 < len(value) <= MAX_ITEMS:
        yield "shortened", value[:1]
        yield "reversed", value[::-1]
        yield "duplicated", [*value, *value]
        yield "repeated", [value[0], *value]
    if value and all(type(one) is int for one in value):
        yield "negated", [-one for one in value]
