"""``harness review init|import|invite|users|token``: from a run to items and people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from harness.cli import main
from harness.errors import Conflict, InputError, StoreError, UsageError
from harness.models import Language, RunInfo, Verdict
from harness.models.review import Role
from harness.settings import load_settings
from harness.store import ReviewStore, open_store, review_of
from tests.store.review_data import RUN, add_run, make_response, make_task


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a run of three tasks, four responses each."""
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with open_store(load_settings().store_url) as store:
        add_run(store)
    return tmp_path


@pytest.fixture
def desk(home: Path) -> Iterator[ReviewStore]:
    with open_store(load_settings().store_url) as store:
        yield review_of(store)


def review(*arguments: str) -> Result:
    return CliRunner().invoke(main.build_app(), ["review", *arguments])


def shown(*arguments: str) -> dict[str, Any]:
    done = review(*arguments, "--json")
    assert done.exit_code == 0, done.output
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_a_project_is_made_of_a_run(desk: ReviewStore, home: Path) -> None:
    (home / "guide.md").write_text("Run it before you judge.")
    made = shown(
        "init", "first", "--from-run", RUN, "--overlap", "2", "--guidelines", "guide.md",
        "--language", "python", "--minutes", "6", "--max-per-task", "2",
    )  # fmt: skip
    assert (made["added"], made["tasks"], made["responses"]) == (6, 3, 12)
    project = desk.project("first")
    assert project.rubric_ref == "pairwise-code@1"
    assert (project.overlap, project.expected_minutes) == (2, 6.0)
    assert (project.guidelines, project.languages) == (
        "Run it before you judge.", (Language.PYTHON,),
    )  # fmt: skip
    for item in desk.items("first"):
        verdicts = {one.result.verdict for one in desk.responses_of(item.item_id)}
        assert verdicts == {Verdict.PASSED, Verdict.FAILED}


def test_importing_again_adds_only_what_is_new(desk: ReviewStore) -> None:
    shown("init", "first", "--from-run", RUN, "--policy", "same")
    again = shown("import", RUN, "--project", "first", "--policy", "same")
    assert (again["added"], again["skipped"]) == (0, 6)
    more = shown("import", RUN, "--project", "first", "--policy", "all")
    assert (more["added"], more["skipped"]) == (12, 6)
    assert [item.place for item in desk.items("first")] == list(range(18))


def test_a_rubric_for_one_response_gives_items_of_one(desk: ReviewStore) -> None:
    made = shown("init", "one", "--from-run", RUN, "--rubric", "single-response", "--policy", "all")
    assert made["added"] == 12
    assert {item.size for item in desk.items("one")} == {1}


def test_answers_are_shown_as_they_were_given_where_their_files_are(
    desk: ReviewStore, home: Path
) -> None:
    answers = home / "answers.jsonl"
    rows = [
        {
            "task_id": f"task-{task}", "model": f"gpt-secret-{one % 3}",
            "response_id": f"gpt-secret/task-{task}/{one}", "text": f"Sure! {task} {one} 😀",
        }
        for task in range(2)
        for one in range(4)
    ]  # fmt: skip
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with open_store(load_settings().store_url) as store:
        store.create_run(RunInfo(run_id="r2", started_at="2030", response_paths=(str(answers),)))
        store.add_tasks("r2", [make_task(number) for number in range(2)])
        store.add_results("r2", enumerate(make_response(n // 4, n % 4) for n in range(8)))
    assert shown("init", "texts", "--from-run", "r2")["without_text"] == 0
    texts = {one.text for item in desk.items("texts") for one in desk.responses_of(item.item_id)}
    assert texts <= {row["text"] for row in rows}
    answers.unlink()
    gone = shown("init", "gone", "--from-run", "r2")
    assert gone["without_text"] == 8


def test_what_cannot_be_judged_is_counted(home: Path) -> None:
    with open_store(load_settings().store_url) as store:
        store.create_run(RunInfo(run_id="r2", started_at="2030"))
        store.add_tasks("r2", [make_task(0), make_task(1)])
        odd = [
            make_response(0, 0), make_response(0, 1), make_response(1, 0),
            make_response(0, 2).model_copy(update={"verdict": Verdict.HARNESS_ERROR}),
            make_response(0, 3).model_copy(update={"verdict": Verdict.REJECTED, "code": ""}),
        ]  # fmt: skip
        store.add_results("r2", enumerate(odd))
    made = shown("init", "odd", "--from-run", "r2")
    assert made["added"] == 1
    assert sorted(made["left_out"].values()) == [1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        (["init", "Bad Name", "--from-run", RUN], UsageError, "NAME"),
        (["init", "p", "--from-run", "no-such-run"], StoreError, "no run"),
        (["init", "p", "--from-run", RUN, "--policy", "best"], UsageError, "--policy best"),
        (["init", "p", "--from-run", RUN, "--responses", "3"], UsageError, "made for 2"),
        (["init", "p", "--from-run", RUN, "--flags", "maybe"], UsageError, "--flags"),
        (["init", "p", "--from-run", RUN, "--language", "sql"], InputError, "gives no item"),
        (["init", "p", "--from-run", RUN, "--guidelines", "none.md"], InputError, "no such file"),
        (["invite", "--role", "king"], UsageError, "--role king"),
        (["invite", "--days", "0"], UsageError, "--days"),
        (["token", "nobody"], InputError, "nobody is called"),
        (["token", "nobody", "--days", "0"], UsageError, "--days"),
        (["users", "--deactivate", "nobody"], InputError, "nobody"),
    ],
)
def test_what_is_asked_wrongly_is_explained_and_leaves_nothing(
    desk: ReviewStore, arguments: list[str], kind: type[Exception], words: str
) -> None:
    done = review(*arguments)
    assert isinstance(done.exception, kind)
    assert words in str(done.exception)
    assert desk.projects() == []


def test_a_name_is_taken_once(desk: ReviewStore) -> None:
    shown("init", "first", "--from-run", RUN)
    assert isinstance(review("init", "first", "--from-run", RUN).exception, Conflict)


def test_people_are_invited_listed_and_shut_out(desk: ReviewStore) -> None:
    done = review("invite", "--role", "expert", "--handle", "eve@example.org", "--name", "Eve")
    token = done.stdout.strip().rpartition("/")[2]
    assert "invited: eve@example.org as expert" in review("users").stdout
    assert desk.accept_invite(token).role is Role.EXPERT
    assert review("users").stdout.count("eve@example.org") == 1
    shown("users", "--role", "eve@example.org", "manager")
    assert desk.people()[0].role is Role.MANAGER
    assert isinstance(review("users", "--deactivate", "eve@example.org").exception, Conflict)
    listed = shown("users")
    assert [one["active"] for one in listed["people"]] == [True]
    assert "token" not in json.dumps(listed)


def test_a_token_is_shown_once_listed_and_revoked(desk: ReviewStore) -> None:
    person = desk.add_person("Eve", "eve@example.org")
    done = review("token", "EVE@example.org", "--for", "nightly export", "--days", "2")
    secret = done.stdout.splitlines()[0]
    assert desk.token_person(secret) == person
    listed = shown("token", "eve@example.org", "--list")["tokens"]
    assert [(one["name"], one["hint"]) for one in listed] == [("nightly export", secret[:7])]
    assert secret not in review("token", "eve@example.org", "--list").stdout
    assert review("token", "eve@example.org", "--revoke", listed[0]["token_id"]).exit_code == 0
    assert desk.token_person(secret) is None
