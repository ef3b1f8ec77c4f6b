"""``harness export``: sources, options and what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from harness.cli import main
from harness.errors import InputError, NotFound, UsageError
from harness.settings import load_settings
from harness.store import open_store
from tests.exports.samples import rows_of
from tests.store.review_data import RUN, Clock, answer, make_desk, someone


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with project ``p``: three pairs, each judged by ann; the second is preferred."""
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with open_store(load_settings().store_url) as store:
        clock = Clock()
        review = make_desk(store, clock)
        ann = someone(review, "ann")
        while (claimed := review.claim_next("p", ann)) is not None:
            review.submit(claimed.assignment_id, ann, answer(2), claimed.item_id)
            clock.pass_s(86_400)
    return tmp_path


def export(*arguments: str) -> Result:
    return CliRunner().invoke(main.build_app(), ["export", *arguments])


def shown(*arguments: str) -> dict[str, Any]:
    done = export(*arguments, "--json")
    assert done.exit_code == 0, done.output
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_a_project_becomes_conversations_by_default(home: Path) -> None:
    done = export("p")
    assert done.exit_code == 0
    assert "exports/p-trl-dpo-chat: 3 rows of 3" in done.stdout
    # All three prefer the response that fails.
    assert "3 conflicts to look at: exports/p-trl-dpo-chat/conflicts.html" in done.stderr
    rows = rows_of(home / "exports" / "p-trl-dpo-chat")
    assert [list(row) for row in rows] == [["prompt", "chosen", "rejected"]] * 3


def test_a_run_becomes_pairs(home: Path) -> None:
    read = shown("--from-run", RUN, "--format", "trl-dpo", "--out", "out", "--max-per-task", "2")
    assert read["counts"]["rows"]["default"]["out"] == 6
    assert json.loads((home / "out" / "manifest.json").read_text())["machine_made"] is True


def test_label_studio_tasks_go_out_and_in(home: Path) -> None:
    shown("p", "--format", "label-studio", "--out", "there")
    back = shown("--from-label-studio", "there/train.json", "--format", "trl-dpo", "--out", "back")
    straight = shown("p", "--format", "trl-dpo", "--out", "straight")
    assert back["counts"]["rows"] == straight["counts"]["rows"]

    def key(row: dict[str, str]) -> str:
        return row["prompt"]

    assert sorted(rows_of(home / "back"), key=key) == sorted(rows_of(home / "straight"), key=key)


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (("--annotator", "ann@example.org"), 3),
        (("--annotator", "ANN@EXAMPLE.ORG", "--language", "python"), 3),
        (("--language", "cpp"), 0),
        (("--task", "task-[01]"), 2),
        (("--model", "gpt-secret-0"), 3),
        (("--verdict", "timeout"), 0),
        (("--only-final",), 0),
        (("--state", "submitted", "--state", "final"), 3),
        (("--since", "2030-03-18"), 2),
        (("--since", "2030-03-18T17:46:40Z", "--until", "2030-03-19T17:46:40+00:00"), 1),
        (("--min-preference", "2.5"), 0),
        (("--require-pass-chosen",), 0),
        (("--conflicts", "drop"), 0),
    ],
)
def test_filters_reach_the_export(home: Path, options: tuple[str, ...], rows: int) -> None:
    assert shown("p", "--out", "out", *options)["counts"]["rows"]["default"]["out"] == rows


def test_parts_margins_and_parquet_reach_the_export(home: Path) -> None:
    shown(
        "p", "--format", "trl-reward", "--out", "out", "--with-margin", "--split", "test=0.5",
        "--seed", "7", "--parquet",
    )  # fmt: skip
    manifest = json.loads((home / "out" / "manifest.json").read_text())
    assert manifest["options"]["seed"] == 7
    assert {"train.parquet", "test.parquet"} <= {one["name"] for one in manifest["files"]}


def test_a_part_without_rows_is_said(home: Path) -> None:
    done = export("p", "--out", "out", "--split", "test=0.001", "--near", "0.9")
    assert "no row fell to test: 3 tasks are 3 groups" in done.stderr
    assert json.loads((home / "out" / "manifest.json").read_text())["options"]["near"] == 0.9


def test_people_are_named_only_if_asked_for(home: Path) -> None:
    shown("p", "--format", "raw", "--out", "hidden")
    assert "ann" not in str(rows_of(home / "hidden")[0]["judgments"][0]["annotator"])[9:]
    shown("p", "--format", "raw", "--out", "named", "--identities")
    said = {one["annotator"] for row in rows_of(home / "named") for one in row["judgments"]}
    assert said == {"ann <ann@example.org>"}


def test_a_second_export_is_the_same_or_refused(home: Path) -> None:
    shown("p", "--out", "out")
    before = (home / "out" / "manifest.json").read_bytes()
    refused = export("p", "--out", "out")
    assert isinstance(refused.exception, InputError)
    shown("p", "--out", "out", "--overwrite")
    assert (home / "out" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), UsageError),
        (("p", "--from-run", RUN), UsageError),
        (("p", "--format", "nonsense"), UsageError),
        (("p", "--split", "test"), UsageError),
        (("p", "--split", "test=2"), UsageError),
        (("p", "--split", "test=0.5", "--split", "test=0.2"), UsageError),
        (("p", "--split", "test=0.5", "--split", "more=0.5"), UsageError),
        (("p", "--split", "../up=0.5"), UsageError),
        (("p", "--since", "yesterday"), UsageError),
        (("p", "--aggregate", "loudest"), UsageError),
        (("p", "--language", "cobol"), UsageError),
        (("p", "--min-agreement", "2"), UsageError),
        (("p", "--annotator", "nobody"), InputError),
        (("p", "--conflicts", "refuse"), InputError),
        (("q",), NotFound),
        (("--from-label-studio", "missing.json"), InputError),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    home: Path, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    done = export(*arguments, "--out", "out")
    assert isinstance(done.exception, error), done.exception
    assert not (home / "out").exists()
