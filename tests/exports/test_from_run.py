"""Pairs made from the verdicts of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError, StoreError, UsageError
from harness.exports import Done, ExportOptions, export_run, exports
from harness.models import (
    CaseResult,
    Flag,
    Language,
    Layer,
    Result,
    RunInfo,
    Strength,
    Task,
    TestKind,
    Trust,
    Verdict,
)
from harness.store import Store, open_store
from tests.exports.samples import rows_of

FLAG = Flag(
    rule="r", layer=Layer.RULE, strength=Strength.STRONG, message="m", question="q", line=1,
    column=1, end_line=1, end_column=2, language=Language.PYTHON,
)  # fmt: skip


def result(task: str, name: str, passed: int, of: int = 4, **fields: Any) -> Result:
    cases = tuple(
        CaseResult(name=str(at), verdict=Verdict.PASSED if at < passed else Verdict.FAILED)
        for at in range(of)
    )
    values = {
        "response_id": f"{task}-{name}", "task_id": task, "language": Language.PYTHON,
        "model": name, "verdict": Verdict.PASSED if passed == of else Verdict.FAILED,
        "trust": Trust.ISOLATED, "cases": cases, "code": f"# {task} {name}\n",
    }  # fmt: skip
    return Result.model_validate(values | fields)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    results = [
        result("a", "good", 4), result("a", "half", 2), result("a", "bad", 0),
        result("b", "one", 2), result("b", "two", 2, flags=(FLAG,)),
        result("c", "broken", 0, verdict=Verdict.HARNESS_ERROR),
        result("c", "none", 0, verdict=Verdict.REJECTED, code=""), result("c", "alone", 4),
        result("d", "good", 4), result("d", "ends-badly", 4, verdict=Verdict.RUNTIME_ERROR),
    ]  # fmt: skip
    with open_store(f"sqlite:///{tmp_path / 's.sqlite3'}") as opened:
        opened.create_run(RunInfo(run_id="r", started_at="2030-01-01T00:00:00Z"))
        opened.add_tasks(
            "r",
            [
                Task(
                    task_id=name, language=Language.PYTHON, kind=TestKind.CALL,
                    prompt=f"Task {name}.", licence="MIT",
                )
                for name in "abcd"
            ],
        )  # fmt: skip
        opened.add_results("r", list(enumerate(results)))
        yield opened


def export(store: Store, out: Path, **options: Any) -> Done:
    return export_run(store, "r", ExportOptions.model_validate(options), out)


def names(rows: list[dict[str, str]]) -> set[tuple[str, ...]]:
    """(chosen, rejected) as ``task model``."""
    return {tuple(row[key].strip("# \n") for key in ("chosen", "rejected")) for row in rows}


DECIDED = {
    ("a good", "a half"), ("a good", "a bad"), ("a half", "a bad"), ("d good", "d ends-badly"),
}  # fmt: skip


def test_a_pass_beats_a_failure_and_more_cases_beat_fewer(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path / "out", format="trl-dpo")
    assert names(rows_of(done.folder)) == DECIDED
    assert done.manifest["counts"]["rows"]["default"]["dropped"] == {"equal verdicts": 1}
    assert done.manifest["counts"]["items"] == {
        "in": 10,
        "out": 8,
        "dropped": {"failed on our side": 1, "no code found": 1},
    }


def test_it_says_that_no_person_judged(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path / "out")
    assert done.manifest["machine_made"] is True
    assert done.manifest["made_by"] == {"run": 4}
    card = (done.folder / "README.md").read_text("utf-8")
    assert "Machine-made: no person judged these pairs" in card
    assert "- machine-made" in card
    assert all(row["made_by"] == "run" for row in rows_of(done.folder, "provenance"))


def test_flags_break_ties_on_request(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path / "out", format="trl-dpo", flags_break_ties=True)
    assert names(rows_of(done.folder)) == DECIDED | {("b one", "b two")}


def test_a_margin_is_three_times_the_difference_of_shares(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path / "out", format="trl-reward", with_margin=True)
    margins = {
        (row["chosen"][1]["content"], row["rejected"][1]["content"]): row["margin"]
        for row in rows_of(done.folder)
    }
    assert margins["# a good\n", "# a half\n"] == 1.5
    assert margins["# a good\n", "# a bad\n"] == 3.0
    assert margins["# d good\n", "# d ends-badly\n"] == 1.0


def test_of_a_task_the_pairs_of_a_pass_and_a_failure_come_first(
    store: Store, tmp_path: Path
) -> None:
    done = export(store, tmp_path / "out", format="trl-dpo", most_per_task=2)
    assert names(rows_of(done.folder)) == DECIDED - {("a half", "a bad")}
    assert done.manifest["counts"]["rows"]["default"]["dropped"]["beyond --max-per-task"] == 1


def test_responses_are_good_if_they_pass(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path / "out", format="trl-kto")
    labels = {row["completion"][0]["content"].strip("# \n"): row["label"]
              for row in rows_of(done.folder)}  # fmt: skip
    assert {name for name, label in labels.items() if label} == {"a good", "c alone", "d good"}
    assert len(labels) == 8


def test_arena_keeps_ties(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path / "out", format="arena")
    models = {
        (row["winner"], frozenset((row["model_a"], row["model_b"]))) for row in rows_of(done.folder)
    }
    assert ("both_bad", frozenset(("one", "two"))) in models
    assert len(models) == 5


def test_hundreds_of_responses_to_a_task_cost_no_more_than_a_sample(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 's.sqlite3'}") as opened:
        opened.create_run(RunInfo(run_id="r", started_at="2030-01-01T00:00:00Z"))
        task = Task(task_id="a", language=Language.PYTHON, kind=TestKind.CALL, prompt="A.")
        opened.add_tasks("r", [task])
        many = [result("a", str(at), at % 5) for at in range(150)]
        opened.add_results("r", list(enumerate(many)))
        done = export(opened, tmp_path / "out", most_per_task=25)
    tally = done.manifest["counts"]["rows"]["default"]
    assert (tally["in"], tally["out"]) == (150 * 149 // 2, 25)


@pytest.mark.parametrize(
    "options",
    [
        {"format": "raw"},
        {"format": "helpsteer3"},
        {"corrections": "add"},
        {"filters": {"annotators": ["p_1"]}},
        {"filters": {"min_agreement": 0.5}},
    ],
)
def test_what_only_people_can_say_is_refused(
    store: Store, tmp_path: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(UsageError, match="people"):
        export(store, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_every_other_format_can_be_made(store: Store, tmp_path: Path) -> None:
    for name, one in exports().items():
        if one.feeds.value != "item" and not one.needs_people:
            assert rows_of(export(store, tmp_path / name, format=name).folder)


def test_an_unknown_run_and_a_taken_folder_are_errors(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        export_run(store, "none", ExportOptions(), tmp_path / "out")
    (tmp_path / "file").touch()
    with pytest.raises(InputError):
        export(store, tmp_path / "file")
