"""Pairs from verdicts, one task at a time: strength, orientation, counts and what refuses."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.exports import Done, ExportOptions, export_run
from harness.models import Language, Result, RunInfo, Task, TestKind, Verdict
from harness.store import open_store
from tests.exports.samples import rows_of
from tests.exports.test_from_run import FLAG, result


def export(folder: Path, results: list[Result], name: str = "out", **options: Any) -> Done:
    """Export a run of these responses to the tasks they name."""
    with open_store(f"sqlite:///{folder / name}.sqlite3") as store:
        started = "2030-01-01T00:00:00Z"
        store.create_run(RunInfo(run_id="r", started_at=started, images={"python": "p:1"}))
        store.add_tasks("r", [task(one) for one in sorted({one.task_id for one in results})])
        store.add_results("r", list(enumerate(results)))
        wanted = ExportOptions.model_validate({"format": "trl-dpo"} | options)
        return export_run(store, "r", wanted, folder / name)


def task(name: str) -> Task:
    return Task(
        task_id=name, language=Language.PYTHON, kind=TestKind.CALL, prompt=f"Task {name}.",
        source="own", licence="MIT",
    )  # fmt: skip


def rows(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = done.manifest["counts"]["rows"]["default"]
    return found


@pytest.mark.parametrize(
    ("one", "other", "margin"),
    [
        (result("a", "x", 4), result("a", "y", 1), 2.25),
        (result("a", "x", 3), result("a", "y", 2), 0.75),
        # A pass weighs 1 where the shares say nothing or the contrary.
        (result("a", "x", 4), result("a", "y", 4, verdict=Verdict.TIMEOUT), 1.0),
        (result("a", "x", 2, verdict=Verdict.PASSED), result("a", "y", 3), 1.0),
        (
            result("a", "x", 0, of=0, verdict=Verdict.PASSED),
            result("a", "y", 0, of=0, verdict=Verdict.TIMEOUT),
            3.0,
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_better_one_is_chosen_wherever_it_stands(
    tmp_path: Path, one: Result, other: Result, margin: float, turned: bool
) -> None:
    both = [other, one] if turned else [one, other]
    done = export(tmp_path, both, format="trl-reward", with_margin=True)
    (row,) = rows_of(done.folder)
    assert [row[key][1]["content"] for key in ("chosen", "rejected")] == ["# a x\n", "# a y\n"]
    assert row["chosen"][0] == {"role": "user", "content": "Task a."}
    assert row["margin"] == margin


@pytest.mark.parametrize(("flags", "better"), [((0, 2), "x"), ((3, 1), "y")])
def test_fewer_strong_flags_decide_on_request_only(
    tmp_path: Path, flags: tuple[int, int], better: str
) -> None:
    both = [
        result("a", name, 2, flags=(FLAG,) * count) for name, count in zip("xy", flags, strict=True)
    ]
    assert rows(export(tmp_path, both))["dropped"] == {"equal verdicts": 1}
    done = export(
        tmp_path, both, "flags", format="trl-reward", with_margin=True, flags_break_ties=True
    )
    (row,) = rows_of(done.folder)
    assert (row["chosen"][1]["content"], row["margin"]) == (f"# a {better}\n", 0.02)
    card = (done.folder / "README.md").read_text()
    assert "fewer strong flags decide" in card
    # They break ties of shares, nothing else.
    less = [result("a", "x", 3, flags=(FLAG,) * 5), result("a", "y", 2)]
    (row,) = rows_of(export(tmp_path, less, "less", flags_break_ties=True).folder)
    assert row["chosen"] == "# a x\n"


def test_ties_are_both_good_or_both_bad(tmp_path: Path) -> None:
    good = [result("a", "x", 4), result("a", "y", 4)]
    bad = [result("b", "x", 2), result("b", "y", 2)]
    done = export(tmp_path, [*good, *bad], format="arena")
    found = {row["id"].partition("#")[0]: row["winner"] for row in rows_of(done.folder)}
    assert found == {"a": "tie", "b": "both_bad"}
    assert done.manifest["outcomes"] == {"both_bad": 1, "tie": 1}


def test_which_one_is_shown_first_is_left_to_chance(tmp_path: Path) -> None:
    both = [result(f"t{at}", name, 4 if name == "x" else 0) for at in range(100) for name in "xy"]
    done = export(tmp_path, both, format="arena")
    firsts = Counter(row["model_a"] for row in rows_of(done.folder))
    assert 30 < firsts["x"] < 70
    again = export(tmp_path, both, "again", format="arena")
    assert rows_of(again.folder) == rows_of(done.folder)
    other = export(tmp_path, both, "other", format="arena", seed=1)
    assert rows_of(other.folder) != rows_of(done.folder)


def test_every_response_is_counted_and_so_is_every_two(tmp_path: Path) -> None:
    some = [
        result("a", "x", 4), result("a", "y", 2), result("a", "z", 0), result("a", "w", 0),
        result("a", "blank", 0, code=" \n"), result("a", "none", 0, verdict=Verdict.REJECTED),
        result("a", "ours", 0, verdict=Verdict.HARNESS_ERROR),
        # The same program again is no other response, but for its counting.
        result("a", "copy", 4, code="# a x\n\n"),
    ]  # fmt: skip
    done = export(tmp_path, some)
    assert done.manifest["counts"]["items"] == {
        "in": 8, "out": 5, "dropped": {"failed on our side": 1, "no code found": 2},
    }  # fmt: skip
    assert rows(done) == {"in": 6, "out": 5, "dropped": {"equal verdicts": 1}}
    assert done.manifest["counts"]["judgments"] == {"in": 0, "out": 0, "dropped": {}}


@pytest.mark.parametrize(("most", "left"), [(1, 5), (3, 3), (5, 1), (6, 0), (7, 0)])
def test_a_task_gives_no_more_than_asked_for(tmp_path: Path, most: int, left: int) -> None:
    some = [result("a", name, at, of=3) for at, name in enumerate("wxyz")]
    done = export(tmp_path, some, most_per_task=most)
    dropped = {"beyond --max-per-task": left} if left else {}
    assert rows(done) == {"in": 6, "out": 6 - left, "dropped": dropped}
    # Those that pass over those that fail come first.
    passing = sum("# a z" in row["chosen"] for row in rows_of(done.folder))
    assert passing == min(3, most)
    assert (
        f"Pairs of one task: {most} at most, chosen from seed 0"
        in (done.folder / "README.md").read_text()
    )


def test_filters_look_at_the_two_of_a_pair(tmp_path: Path) -> None:
    some = [result("a", name, at, of=3) for at, name in enumerate("wxyz")]
    done = export(tmp_path, some, filters={"models": ["w"]})
    assert rows(done) == {"in": 6, "out": 3, "dropped": {"another model": 3}}
    done = export(tmp_path, some, "good", filters={"verdicts": ["passed"]}, format="trl-kto")
    assert rows(done) == {"in": 4, "out": 1, "dropped": {"another verdict": 3}}
    assert [row["label"] for row in rows_of(done.folder)] == [True]


def test_rows_say_what_they_were_made_of(tmp_path: Path) -> None:
    done = export(tmp_path, [result("a", "x", 4), result("a", "y", 1)])
    found = done.manifest
    assert found["source"] == {"kind": "run", "name": "r", "images": {"python": "p:1"}}
    assert (found["machine_made"], found["conflicts"], found["models"]) == (
        True, 0, {"x": 1, "y": 1},
    )  # fmt: skip
    assert found["licences"] == [{"source": "own", "licence": "MIT", "rows": 1}]
    assert (found["languages"], found["annotators"]) == ({"python": 1}, {})
    (line,) = rows_of(done.folder, "provenance")
    item_id = line.pop("item_id")
    assert item_id.startswith("a#")
    assert len(item_id) == 2 + 12
    preference = line.pop("preference")
    assert abs(preference) == 2.25
    assert line == {
        "file": "train.jsonl", "row": 1, "task_id": "a", "language": "python", "made_by": "run",
        "outcome": "first" if preference < 0 else "second", "agreement": 1.0,
        "responses": [
            {"position": 1 if preference < 0 else 2, "model": "x", "verdict": "passed"},
            {"position": 2 if preference < 0 else 1, "model": "y", "verdict": "failed"},
        ],
        "judgments": [],
    }  # fmt: skip
    card = (done.folder / "README.md").read_text()
    assert "# Pairs from the verdicts of r\n" in card
    assert "\n- machine-made\n" in card
    assert "Made from the run `r`." in card
    for said in ("There were no annotators.", "## Who annotated\n\nNobody.", "without network"):
        assert said in card
    assert "style and safety were not looked at" in card


def test_single_responses_are_rated_by_their_verdict(tmp_path: Path) -> None:
    done = export(tmp_path, [result("a", "x", 4), result("a", "y", 1)], format="trl-kto")
    assert [(row["completion"][0]["content"], row["label"]) for row in rows_of(done.folder)] == [
        ("# a x\n", True),
        ("# a y\n", False),
    ]
    lines = rows_of(done.folder, "provenance")
    keys = ("made_by", "agreement", "position", "model", "verdict")
    assert [tuple(line[key] for key in keys) for line in lines] == [
        ("run", 1.0, 1, "x", "passed"),
        ("run", 1.0, 1, "y", "failed"),
    ]
    assert len({line["item_id"] for line in lines}) == 2


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"format": "raw"}, "--format raw"),
        ({"format": "label-studio"}, "--format label-studio"),
        ({"format": "helpsteer3"}, "--format helpsteer3"),
        ({"filters": {"annotators": ["p"]}}, "--annotator"),
        ({"filters": {"states": ["final"]}}, "--state"),
        ({"filters": {"since": 1.0}}, "--since"),
        ({"filters": {"until": 1.0}}, "--until"),
        ({"filters": {"min_agreement": 0.1}}, "--min-agreement"),
        ({"corrections": "only"}, "--corrections"),
        ({"corrections": "add"}, "--corrections"),
    ],
)
def test_what_only_people_can_say_is_named(
    tmp_path: Path, options: dict[str, Any], name: str
) -> None:
    with pytest.raises(UsageError, match=f"^{name} needs judgments of people"):
        export(tmp_path, [result("a", "x", 4)], **options)
