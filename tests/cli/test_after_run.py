"""What one reaches for after a run: agreement, compare, rescore, clean, backup, erase."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from harness.cli import main
from harness.errors import Conflict, InputError, NotFound, StoreError, UsageError
from harness.models import CaseResult, RunInfo, TestKind, Verdict
from harness.models.review import Role
from harness.settings import load_settings
from harness.store import ReviewStore, Store, open_store
from harness.store.artifacts import keep_artifact
from tests.store.review_data import RUN, Clock, answer, make_desk, make_response, make_task, someone

OTHER = "20300102-run"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with open_store(load_settings().store_url) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> ReviewStore:
    """Three pairs; the first of each passes, the second does not."""
    return make_desk(store, Clock(), overlap=2)


def harness(*arguments: str) -> Result:
    return CliRunner().invoke(main.build_app(), list(arguments))


def shown(*arguments: str) -> dict[str, Any]:
    done = harness(*arguments, "--json")
    assert done.exit_code == 0, done.output
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def judge(desk: ReviewStore, name: str, *preferences: int) -> str:
    """A person judges items, in their order."""
    person_id = someone(desk, name)
    for preference in preferences:
        mine = desk.claim_next("p", person_id)
        assert mine is not None
        desk.submit(mine.assignment_id, person_id, answer(preference), f"k-{mine.assignment_id}")
    return person_id


# Agreement


def test_agreement_reads_what_the_page_sent(desk: ReviewStore) -> None:
    """From submissions as the desk makes them to figures, without a step by hand."""
    judge(desk, "ann", -2, 1, 3)
    judge(desk, "bob", -2, 1, -1)
    found = shown("agreement", "p", "--resamples", "20")
    (group,) = found["groups"]
    by_name = {one["name"]: one for one in group["subjects"]}
    assert by_name["direction"]["percent"]["value"] == pytest.approx(2 / 3)
    assert (group["items"], group["overlapping"], group["judgments"]) == (3, 3, 6)
    assert by_name["preference"]["alpha"]["undefined"] == ""
    # Everybody gives the same ratings to each response, 0 and 4: they vary, and agree.
    assert by_name["correctness"]["alpha"]["value"] == pytest.approx(1.0)
    # Of six decided votes three are for the first response, which passes.
    assert (found["grounds"]["verdict"]["count"], found["grounds"]["verdict"]["of"]) == (3, 6)
    assert found["grounds"]["acceptable"]["value"] == 0.0
    (rule,) = found["grounds"]["rules"]
    assert (rule["rule"], rule["accepted"]["value"]) == ("stub-body", 0.0)
    assert found["bias"]["left"]["method"] == "exact"


def test_agreement_says_why_a_figure_is_missing(desk: ReviewStore) -> None:
    judge(desk, "ann", -2)
    done = harness("agreement", "p")
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "undefined, because there is one annotator" in words
    assert "undefined, because no pair was judged with its sides swapped" in words
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_agreement_of_a_project_without_judgments(desk: ReviewStore) -> None:
    assert "nobody has submitted a judgment yet" in harness("agreement", "p").stdout
    assert shown("agreement", "p")["judgments"] == 0
    assert isinstance(harness("agreement", "nothing").exception, NotFound)


def test_the_report_ranks_by_verdicts_and_by_judgments(desk: ReviewStore, tmp_path: Path) -> None:
    judge(desk, "ann", -2, 1, -3)
    judge(desk, "bob", -2, -1, 2)
    out = tmp_path / "report"
    rankings = shown("report", RUN, "--out", str(out))["rankings"]
    assert [one["basis"] for one in rankings] == ["verdicts", "judgments"]
    assert [one["model"] for one in rankings[1]["models"]] == ["gpt-secret-0", "gpt-secret-1"]
    assert rankings[1]["models"][0]["won"] == 4.0
    page = (out / "index.html").read_text("utf-8")
    assert "Who beats whom" in page
    assert "by what people preferred (6 comparisons)" in page
    assert "beats another model: Python, by what people preferred" in harness(
        "report", RUN, "--out", str(out)
    ).stdout.replace("\n", " ")


# Compare and rescore


def add_other(store: Store) -> None:
    """The same responses again: 0 of each task fails now."""
    store.create_run(RunInfo(run_id=OTHER, started_at="2030-01-02T00:00:00Z"))
    store.add_tasks(OTHER, [make_task(number) for number in range(3)])
    results = [make_response(task, one) for task in range(3) for one in range(4)]
    late = {"verdict": Verdict.TIMEOUT}
    store.add_results(
        OTHER,
        (
            (at, one.model_copy(update=late if one.response_id.endswith("/0") else {}))
            for at, one in enumerate(results)
        ),
    )


def test_compare_lists_what_changed(desk: ReviewStore, store: Store) -> None:
    add_other(store)
    found = shown("compare", RUN, OTHER)
    (whole,) = found["differences"]
    assert (whole["before"], whole["after"], whole["lost"]) == (0.5, 0.25, 3)
    assert {(one["before"], one["after"]) for one in found["changes"]} == {("passed", "timeout")}
    done = harness("compare", RUN, OTHER, "--changes", "2")
    assert "-25.0" in done.stdout
    assert "gpt-secret/task-1/0" in done.stdout
    assert "1 more changed verdicts" in done.stdout
    assert isinstance(harness("compare", RUN, "nothing").exception, StoreError)


def test_rescore_by_corrected_tasks(store: Store, tmp_path: Path) -> None:
    """A task folder with a wrong expected value, corrected: no response is run again."""
    folder = tmp_path / "tasks" / "add"
    folder.mkdir(parents=True)
    text = (
        'task_id = "add"\nlanguage = "python"\nkind = "call"\nentry_point = "add"\n'
        '[[cases]]\nname = "two"\nargs = [2]\nexpected = {}\n'
    )
    (folder / "prompt.md").write_text("Add 1 to x.")
    (folder / "task.toml").write_text(text.replace("{}", "4"))
    from harness.intake import load_tasks

    tasks = load_tasks(tmp_path / "tasks").tasks
    assert tasks["add"].kind is TestKind.CALL
    case = CaseResult(
        name="two", verdict=Verdict.FAILED, input="add(2)", expected="4", actual="3",
        message="expected 4, got 3",
    )  # fmt: skip
    result = make_response(0, 1).model_copy(update={"task_id": "add", "cases": (case,)})
    store.create_run(RunInfo(run_id=RUN, started_at="2030-01-01T00:00:00Z"))
    store.add_tasks(RUN, tasks.values())
    store.add_results(RUN, [(0, result)])
    (folder / "task.toml").write_text(text.replace("{}", "3"))
    found = shown("rescore", RUN, "--tasks", str(tmp_path / "tasks"))
    assert (found["rescored"], found["changed"], found["kept"]) == (1, 1, {})
    assert shown("compare", RUN, found["run_id"])["differences"][0]["gained"] == 1
    again = harness("rescore", RUN)
    assert "1 of 1 responses judged again, 0 verdicts changed" in again.stdout


def test_rescore_says_what_it_cannot(desk: ReviewStore) -> None:
    done = harness("rescore", RUN)
    assert "0 of 12 responses judged again" in done.stdout
    assert "12 keep their verdict: no case of it was run" in done.stderr
    for wrong in (["--comparator", "checker"], ["--rel-tol", "1"]):
        assert isinstance(harness("rescore", RUN, *wrong).exception, UsageError)
    assert isinstance(harness("rescore", RUN, "--tasks", "nothing").exception, InputError)


# Clean and backup


def old(file: Path, days: float) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    when = time.time() - days * 86_400
    os.utime(file, (when, when))
    return file


def test_clean_takes_only_what_nobody_refers_to(desk: ReviewStore, store: Store) -> None:
    home = load_settings().home
    kept, lost, young = (keep_artifact(home, "a.png", "image/png", c) for c in (b"a", b"b", b"c"))
    result = make_response(0, 9).model_copy(update={"artifacts": (kept,)})
    store.add_results(RUN, [(99, result)])
    files = {
        one.sha256: home / "artifacts" / one.sha256[:2] / one.sha256 for one in (kept, lost, young)
    }
    old(files[kept.sha256], 3)
    old(files[lost.sha256], 3)
    partial = old(home / "artifacts" / "ab" / ".partial-x", 3)
    log, young_log = old(home / "logs" / "a.log", 40), old(home / "logs" / "b.log", 2)
    wheel = old(home / "cache" / "wheels" / "x.whl", 0)
    wheel.write_bytes(b"0" * 1000)

    dry = shown("clean", "artifacts", "cache", "logs")
    names = {Path(one["name"]) for one in dry["found"]}
    assert names == {files[lost.sha256], partial, log, wheel.parent}
    assert (dry["removed"], dry["size"]) == (False, 1001)
    assert all(name.exists() for name in names)

    done = harness("clean", "artifacts", "cache", "logs", "--yes")
    assert done.exit_code == 0
    assert "0.0 MB removed" in done.stdout
    assert not any(name.exists() for name in names)
    assert files[kept.sha256].exists()
    assert files[young.sha256].exists()
    assert young_log.exists()
    assert shown("clean", "artifacts", "cache", "logs")["found"] == []
    assert len(store.list_runs()) == 1


def test_clean_keeps_away_from_a_live_run(desk: ReviewStore) -> None:
    from harness.sandbox.orphans import run_lock

    home = load_settings().home
    old(home / "artifacts" / "ab" / ("ab" * 32), 3)
    with run_lock("alive", home):
        found = shown("clean", "artifacts", "cache")
    assert (found["found"], found["notes"]) == (
        [], ["run alive is at work: cache and artifacts are left alone"],
    )  # fmt: skip
    assert isinstance(harness("clean", "everything").exception, UsageError)


def test_a_file_that_is_kept_again_is_young(desk: ReviewStore) -> None:
    """A run may keep what an older one left behind, before its result is stored."""
    home = load_settings().home
    made = keep_artifact(home, "a.png", "image/png", b"a")
    old(home / "artifacts" / made.sha256[:2] / made.sha256, 3)
    keep_artifact(home, "b.png", "image/png", b"a")
    assert shown("clean", "artifacts")["found"] == []


def test_a_backup_is_a_store(desk: ReviewStore, tmp_path: Path) -> None:
    judge(desk, "ann", -2)
    copy = tmp_path / "copies" / "store.sqlite3"
    assert shown("backup", str(copy))["runs"] == 1
    with open_store(f"sqlite:///{copy}") as copied:
        from harness.store import review_of

        assert review_of(copied).judged("p") == desk.judged("p")
    assert isinstance(harness("backup", str(copy)).exception, StoreError)


# Erasure


def test_erase_asks_first_and_forgets(desk: ReviewStore) -> None:
    person_id = judge(desk, "ann", -2)
    asked = harness("review", "erase", "ann@example.org")
    assert "add --yes" in asked.stdout
    assert desk.person(person_id).name == "ann"
    found = shown("review", "erase", "Ann@Example.org", "--yes")
    assert found["person_id"] == person_id
    assert "ann@example.org" not in harness("review", "users").stdout
    assert len(desk.judged("p").opinions) == 1
    boss = someone(desk, "boss", Role.MANAGER)
    assert isinstance(harness("review", "erase", boss, "--yes").exception, Conflict)
    assert isinstance(harness("review", "erase", "nobody", "--yes").exception, InputError)
