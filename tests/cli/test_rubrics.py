"""``harness rubrics``: what is wrong, what is asked, what there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rubrics.samples import SMALL, changed


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "rubrics"
    folder.mkdir(parents=True)
    return folder


def harness(own: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", "rubrics", *arguments]
    env = os.environ | {"HARNESS_HOME": str(own.parent)} | variables
    return subprocess.run(
        command, cwd=own, env=env, capture_output=True, text=True, check=False, timeout=60
    )


def test_check_says_every_mistake_with_its_place_and_fails(own: Path) -> None:
    (own / "good.yaml").write_text(SMALL)
    text = changed("id: small", "id: other", changed("mode: pairwise", "mode: pairwize"))
    (own / "bad.yaml").write_text(text.replace("axis.correctness: c", "axis.correctness: [c]"))
    done = harness(own, "check", "good.yaml", "bad.yaml")
    assert done.returncode == 1
    assert "✓ good.yaml: small@1, Small" in done.stdout
    assert "✗ bad.yaml:4:7: mode cannot be 'pairwize'\n  fix: did you mean pairwise?" in done.stdout
    assert done.stdout.rstrip().endswith("2 mistakes")


def test_check_as_json(own: Path) -> None:
    (own / "bad.yaml").write_text(changed("version: 1", "version: x"))
    done = harness(own, "check", "bad.yaml", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["schema_version"]) == (1, False, 1)
    (file,) = found["files"]
    assert [(one["line"], one["column"]) for one in file["problems"]] == [(2, 10)]


def test_check_without_a_file_looks_at_ones_own_folder_or_else_at_what_is_shipped(
    own: Path,
) -> None:
    assert "pairwise-code@1" in harness(own, "check").stdout
    (own / "good.yaml").write_text(SMALL)
    done = harness(own, "check")
    assert (done.returncode, done.stdout.count("✓")) == (0, 1)


def test_check_notices_a_shipped_version_with_another_content(own: Path) -> None:
    (own / "mine.yaml").write_text(changed("id: small", "id: pairwise-code"))
    for arguments in (["check"], ["check", "mine.yaml"]):
        done = harness(own, *arguments)
        assert done.returncode == 1
        assert "mine.yaml:2:10: pairwise-code@1 is also shipped" in done.stdout


def test_check_of_no_such_file(own: Path) -> None:
    done = harness(own, "check", "none.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "none.yaml: no such file" in done.stderr


def test_show_says_everything_that_is_asked(own: Path) -> None:
    (own / "small.yaml").write_text(SMALL)
    shown = harness(own, "show", "small").stdout
    for said in (
        "small@1  Small", "  0  Wrong: Not right at all.", "-2  Left", "     Neither",
        "required when correctness at most 2", "10 to 100 characters", "breaks: Breaks it",
        "axis.correctness",
    ):  # fmt: skip
        assert said in shown
    longest = harness(own, "show", "pairwise-code").stdout
    assert max(map(len, (shown + longest).splitlines())) <= 100


def test_show_as_json_is_the_rubric(own: Path) -> None:
    shown = json.loads(harness(own, "show", "--json").stdout)
    assert (shown["id"], shown["schema_version"]) == ("pairwise-code", 1)
    assert len(shown["axes"]) == 8


def test_show_of_an_unknown_name_says_what_may_be_meant(own: Path) -> None:
    done = harness(own, "show", "sql-qury")
    assert done.returncode == 1
    assert "did you mean sql-query?" in done.stderr


def test_list_names_shipped_and_own_rubrics_and_what_is_left_out(own: Path) -> None:
    (own / "small.yaml").write_text(SMALL)
    (own / "bad.yaml").write_text("id: [\n")
    done = harness(own, "list")
    assert "small@1" in done.stdout
    assert "pairwise-code@1" in done.stdout
    assert "left out: " in done.stderr
    rows = json.loads(harness(own, "list", "--json").stdout)["rubrics"]
    assert {row["id"]: row["shipped"] for row in rows}["small"] is False


def test_the_folder_is_a_setting(own: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "small.yaml").write_text(SMALL)
    assert harness(own, "show", "small").returncode == 1
    assert harness(own, "show", "small", HARNESS_RUBRICS=str(other)).returncode == 0
