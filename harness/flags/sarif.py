"""Flags as SARIF 2.1.0, which editors and code hosts show beside the line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import IO, Any
from urllib.parse import quote

from harness import __version__
from harness.flags.registry import rules
from harness.flags.rule import Rule
from harness.models import Flag, FlagPlace, Language, Result, Strength

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SUFFIXES = {
    Language.PYTHON: ".py", Language.JAVASCRIPT: ".js", Language.CPP: ".cpp",
    Language.CSHARP: ".cs", Language.SQL: ".sql", Language.HTML: ".html",
}  # fmt: skip
_LEVELS = {Strength.STRONG: "warning", Strength.HINT: "note"}


class SarifWriter:
    """Writes a log while the programs stream by: one line a result."""

    def __init__(self, out: IO[str]) -> None:
        known = list(rules().values())
        self.out = out
        self.numbers = {rule.id: number for number, rule in enumerate(known)}
        self.between = "\n"
        tool = {
            "driver": {
                "name": "code-eval-harness",
                "version": __version__,
                "rules": [_rule(rule) for rule in known],
            }
        }
        out.write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{')
        out.write(f'"tool": {json.dumps(tool)}, "columnKind": "unicodeCodePoints", "results": [')

    def add(self, result: Result) -> None:
        """Flags of a response."""
        self.add_flags(f"{result.response_id}{_SUFFIXES[result.language]}", result.flags,
                       result.response_id)  # fmt: skip

    def add_flags(self, path: str, flags: Iterable[Flag], name: str = "") -> None:
        """Flags of the program at ``path``; name: a response's id."""
        for flag in flags:
            self.out.write(self.between + json.dumps(_result(path, name, flag, self.numbers)))
            self.between = ",\n"

    def finish(self) -> None:
        """The end of the log."""
        self.out.write("\n]}]}\n")


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
            "hits": flag.hits,
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
    return {"artifactLocation": {"uri": quote(path, safe="/:", errors="replace")}, "region": region}


def _fingerprint(path: str, name: str, flag: Flag) -> str:
    """The same finding has the same one although lines were added above it."""
    text = json.dumps([path, name, flag.rule, flag.source.strip(), flag.message])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
