"""Between an answer and the regions of a Label Studio annotation.

Names of controls end in the position of the response they are about: ``marks_2``.
``preference`` is the strength, ``pairwise`` the side; left is the response of position 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.models.pair import Fields, Side

Region = dict[str, Any]
_OF_RESPONSE = re.compile(r"(?P<name>.+)_(?P<position>[1-8])")
BOTH_BAD = "both bad"
_TIES = ("0", "tie", "same", "equal", "about the same")


def regions_of(answer: Fields, sides: Sequence[Side]) -> list[Region]:
    """An answer as regions; ids count up, so that they are the same each time."""
    found = [*_about_pair(answer), *_about_each(answer), *_marked(answer, sides)]
    return [{"id": f"r{at}", **region} for at, region in enumerate(found)]


def _region(name: str, to: str, kind: str, value: Region) -> Region:
    return {"from_name": name, "to_name": to, "type": kind, "value": value}


def _about_pair(answer: Fields) -> Iterator[Region]:
    preference = answer.get("preference")
    if preference:
        side = "left" if preference < 0 else "right"
        # Label Studio's Pairwise is about itself, whatever it compares.
        yield _region("pairwise", "pairwise", "pairwise", {"selected": side})
    if preference is not None:
        said = BOTH_BAD if answer.get("both_bad") else str(preference)
        yield _region("preference", "prompt", "choices", {"choices": [said]})
    if answer.get("reasons"):
        yield _region("reasons", "prompt", "choices", {"choices": list(answer["reasons"])})
    if answer.get("justification"):
        text = {"text": [answer["justification"]]}
        yield _region("justification", "prompt", "textarea", text)


def _about_each(answer: Fields) -> Iterator[Region]:
    for position, axes in sorted(answer.get("ratings", {}).items()):
        for axis, value in sorted(axes.items()):
            to = f"response_{position}"
            yield _region(f"{axis}_{position}", to, "number", {"number": value})
    for position, said in sorted(answer.get("acceptable", {}).items()):
        choice = {"choices": ["yes" if said else "no"]}
        yield _region(f"acceptable_{position}", f"response_{position}", "choices", choice)


def _marked(answer: Fields, sides: Sequence[Side]) -> Iterator[Region]:
    codes = {str(side.position): side.code for side in sides}
    for mark in answer.get("marks", ()):
        position = mark["response"]
        lines = (mark["first_line"], mark["last_line"])
        labels = [mark["severity"], mark["category"]]
        region = span_region("marks", position, codes.get(position, ""), lines, labels)
        yield region | ({"meta": {"text": [mark["note"]]}} if mark.get("note") else {})


def span_region(
    control: str, position: str | int, code: str, lines: tuple[int, int], labels: list[str]
) -> Region:
    """A region over whole lines, 1-based; offsets are in characters."""
    starts = [0, *(found.end() for found in re.finditer("\n", code)), len(code) + 1]
    first, last = (min(max(1, line), len(starts) - 1) for line in lines)
    start, end = starts[first - 1], max(starts[first - 1], starts[last] - 1)
    value = {"start": start, "end": end, "text": code[start:end], "labels": labels}
    return _region(f"{control}_{position}", f"code_{position}", "labels", value)


def answer_of(annotation: Mapping[str, Any], sides: Sequence[Side]) -> Fields:
    """What an annotation says, as an answer; what it does not say is left out."""
    ours = annotation.get("harness")
    if isinstance(ours, dict) and isinstance(ours.get("answer"), dict):
        found: Fields = ours["answer"]
        return found
    answer: Region = {"ratings": {}, "acceptable": {}, "marks": [], "reasons": []}
    for region in annotation.get("result") or ():
        if isinstance(region, dict) and isinstance(region.get("value"), dict):
            _take(answer, region, sides)
    return answer


def _take(answer: Region, region: Region, sides: Sequence[Side]) -> None:
    name, value = str(region.get("from_name", "")), region["value"]
    numbered = _OF_RESPONSE.fullmatch(name)
    choices = [one for one in value.get("choices") or () if isinstance(one, str)]
    if value.get("selected") in ("left", "right"):
        answer.setdefault("preference", -1 if value["selected"] == "left" else 1)
    elif choices and name.startswith("preference"):
        _take_preference(answer, choices[0])
    elif choices and numbered and numbered["name"] == "acceptable":
        answer["acceptable"][numbered["position"]] = choices[0].casefold() in ("yes", "true")
    elif choices:
        answer["reasons"] += choices
    elif isinstance(value.get("text"), list):
        texts = [answer.get("justification", ""), *map(str, value["text"])]
        answer["justification"] = "\n\n".join(filter(None, texts))
    elif value.get("labels") and numbered:
        answer["marks"].append(_mark(region, numbered["position"], sides))
    else:
        number = value.get("number", value.get("rating"))
        if isinstance(number, int) and not isinstance(number, bool) and numbered:
            answer["ratings"].setdefault(numbered["position"], {})[numbered["name"]] = number


def _take_preference(answer: Region, choice: str) -> None:
    word = choice.strip().casefold()
    if word == BOTH_BAD:
        answer |= {"preference": 0, "both_bad": True}
    elif word in _TIES:
        answer |= {"preference": 0, "tie": True}
    elif re.fullmatch(r"[+-]?[123]", word):
        answer["preference"] = int(word)


def _mark(region: Region, position: str, sides: Sequence[Side]) -> Region:
    value = region["value"]
    code = next((side.code for side in sides if str(side.position) == position), "")
    labels = [str(one) for one in value["labels"]]
    start, end = int(value.get("start") or 0), int(value.get("end") or 0)
    notes = (region.get("meta") or {}).get("text") or []
    return {
        "response": position,
        "first_line": code.count("\n", 0, start) + 1,
        "last_line": code.count("\n", 0, max(start, end)) + 1,
        "severity": labels[0],
        "category": labels[1] if len(labels) > 1 else "other",
        "note": "\n".join(map(str, notes)) if isinstance(notes, list) else str(notes),
    }
