"""flags.sarif is a log that SARIF readers accept: required parts, known words, real places."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

from harness.flags import find_flags, rules
from harness.flags.sarif import SarifWriter
from harness.models import Flag, FlagPlace, Language

LEVELS = {"none", "note", "warning", "error"}
# SARIF 2.1.0, the objects we write: required properties and all that are allowed.
OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool", "results"}, {"columnKind"}),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"shortDescription", "fullDescription", "help", "defaultConfiguration",
                      "properties"}),
    "result": ({"message"}, {"ruleId", "ruleIndex", "level", "locations", "relatedLocations",
                             "partialFingerprints", "properties", "rank"}),
    "location": (set(), {"physicalLocation", "logicalLocations", "message"}),
    "region": (set(), {"startLine", "startColumn", "endLine", "endColumn", "snippet"}),
}  # fmt: skip


def require(kind: str, found: dict[str, Any]) -> None:
    needed, allowed = OBJECTS[kind]
    assert needed <= found.keys() <= needed | allowed, kind


def validate(text: str) -> list[dict[str, Any]]:
    """The results of a log that is well formed."""
    log = json.loads(text)
    require("log", log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    require("run", run)
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    driver = run["tool"]["driver"]
    require("driver", driver)
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        require("rule", rule)
        assert rule["defaultConfiguration"]["level"] in LEVELS
    for result in run["results"]:
        require("result", result)
        assert result["level"] in LEVELS
        assert result["message"]["text"]
        assert "ruleIndex" not in result or ids[result["ruleIndex"]] == result["ruleId"]
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            require("location", location)
            place = location["physicalLocation"]
            assert re.fullmatch(r"[!-~]+", place["artifactLocation"]["uri"])
            region = place["region"]
            require("region", region)
            assert region["startLine"] >= 1
            assert region["startColumn"] >= 1
            start = (region["startLine"], region["startColumn"])
            assert (region["endLine"], region["endColumn"]) >= start
    results: list[dict[str, Any]] = run["results"]
    return results


def written(*programs: tuple[str, tuple[Flag, ...], str]) -> list[dict[str, Any]]:
    out = io.StringIO()
    log = SarifWriter(out)
    for path, flags, name in programs:
        log.add_flags(path, flags, name)
    log.finish()
    return validate(out.getvalue())


def test_a_log_without_flags_is_a_log() -> None:
    assert written() == []


def test_flags_are_results_with_their_rule_place_and_question() -> None:
    flags = find_flags(Language.PYTHON, "# ä\nprint(nothing)\n")
    (result,) = written(("a b/ä\udfff.py", flags, "answer 1"))
    assert result["ruleId"] == "undefined-name"
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (2, 7, 14)
    assert result["message"]["text"].endswith("Where does this name come from?")
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "answer 1"


def test_a_flag_of_a_rule_that_is_gone_and_with_a_second_place_is_written_too() -> None:
    (flag,) = find_flags(Language.PYTHON, "print(nothing)\n")
    place = FlagPlace(line=1, column=1, end_line=1, end_column=6, message="called here")
    old = replace(flag, rule="gone", related=(place,), precision=0.75)
    (result,) = written(("a.py", (old,), ""))
    assert result["rank"] == 75.0
    assert result["relatedLocations"][0]["message"]["text"] == "called here"


def test_the_same_flag_keeps_its_fingerprint_when_lines_are_added_above() -> None:
    programs = ["print(nothing)\n", "\n\nprint(nothing)\n", "print(nothing, 1)\n"]
    found = [written(("a.py", find_flags(Language.PYTHON, one), ""))[0] for one in programs]
    prints = [one["partialFingerprints"]["flag/v1"] for one in found]
    assert prints[0] == prints[1] != prints[2]


def test_every_rule_is_described() -> None:
    out = io.StringIO()
    SarifWriter(out).finish()
    described = json.loads(out.getvalue())["runs"][0]["tool"]["driver"]["rules"]
    assert [one["id"] for one in described] == list(rules())
    assert all(one["shortDescription"]["text"] and one["help"]["text"] for one in described)
