"""Flags as SARIF 2.1.0, which editors and code hosts show beside the line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.flags.registry import rules
from harness.flags.rule import Rule
from harness.models import Flag, FlagPlace, Strength

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Strength.STRONG: "warning", Strength.HINT: "note"}


def sarif(flagged: Iterable[tuple[str, str, tuple[Flag, ...]]]) -> str:
    """A SARIF log of (path, name, flags) of each program; name: "" where the path says it all.

    One line a result, so that a log of many is readable and quick to write.
    """
    return "".join(sarif_parts(flagged))


def sarif_parts(flagged: Iterable[tuple[str, str, tuple[Flag, ...]]]) -> Iterator[str]:
    """Pieces of ``sarif``, for writing while the results stream by."""
    known = list(rules().values())
    numbers = {rule.id: number for number, rule in enumerate(known)}
    driver = {
        "name": "code-eval-harness",
        "version": __version__,
        "rules": [_rule(rule) for rule in known],
    }
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{'
    yield f'"tool": {json.dumps({"driver": driver})}, '
    yield '"columnKind": "unicodeCodePoints", "results": ['
    between = "\n"
    for path, name, flags in flagged:
        for flag in flags:
            yield between + json.dumps(_result(path, name, flag, numbers))
            between = ",\n"
    yield "\n]}]}\n"


def _rule(rule: Rule) -> dict[str, Any]:
    what = " ".join(rule.section("What").split())
    return {
        "id": rule.id,
        "shortDescription": {"text": what},
        "fullDescription": {"text": f"{what} {' '.join(rule.section('Why').split())}"},
        "help": {"text": rule.question},
        "defaultConfiguration": {"level": "note"},
        "properties": {"layer": rule.layer, "languages": sorted(rule.languages)},
    }


def _result(path: str, name: str, flag: Flag, numbers: dict[str, int]) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(path, flag, flag.source)}
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "response"}]
    found: dict[str, Any] = {
        "ruleId": flag.rule,
        "level": _LEVELS[flag.strength],
        "message": {"text": f"{flag.message}. {flag.question}"},
        "locations": [location],
        "partialFingerprints": {"flag/v1": _fingerprint(path, name, flag)},
        "properties": {
            "question": flag.question,
            "layer": flag.layer,
            "strength": flag.strength,
            "precision": flag.precision,
        },
    }
    if flag.rule in numbers:  # a run may have been flagged by rules that are gone
        found["ruleIndex"] = numbers[flag.rule]
    if flag.precision is not None:
        found["rank"] = round(100 * flag.precision, 1)
    if flag.related:
        found["relatedLocations"] = [
            {"physicalLocation": _physical(path, one), "message": {"text": one.message}}
            for one in flag.related
        ]
    return found


def _physical(path: str, place: Flag | FlagPlace, source: str | None = None) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    if source is not None:
        region["snippet"] = {"text": source}
    return {"artifactLocation": {"uri": quote(path, safe="/:")}, "region": region}


def _fingerprint(path: str, name: str, flag: Flag) -> str:
    """The same finding has the same one although lines were added above it."""
    text = json.dumps([path, name, flag.rule, flag.source.strip(), flag.message])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
