"""A project of a real store, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.errors import InputError, NotFound, UsageError
from harness.exports import Done, ExportOptions, export_project, exports, pseudonyms, salt_of
from harness.models import Flag, Language, Layer, Strength
from tests.exports.conftest import Desk
from tests.exports.samples import PAIRWISE, rows_of
from tests.store.review_data import RUN, Clock, answer, make_desk


def export(desk: Desk, out: Path, **options: Any) -> Done:
    given = dict(options)
    overwrite = bool(given.pop("overwrite", False))
    return export_project(
        desk.store, "p", ExportOptions.model_validate(given), out,
        pseudonym=pseudonyms(b"salt"), overwrite=overwrite,
    )  # fmt: skip


def tally(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = done.manifest["counts"]["rows"]["default"]
    return found


def content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_pairs_are_what_people_preferred(desk: Desk, tmp_path: Path) -> None:
    done = export(desk, tmp_path / "out")
    assert tally(done) == {
        "in": 4,
        "out": 2,
        "dropped": {"tie": 1, "divided judgments": 1},
    }
    assert done.manifest["counts"]["items"]["dropped"] == {"nobody has judged it": 2}
    provenance = rows_of(done.folder, "provenance")
    for row, about in zip(rows_of(done.folder), provenance, strict=True):
        models = [one["model"] for one in about["responses"]]
        # In every item response 1 is the one that passes, x + n + 0.
        better = "+ 1\n" if about["preference"] > 0 else "+ 0\n"
        assert row["chosen"][0]["content"].endswith(better)
        assert not row["rejected"][0]["content"].endswith(better)
        assert models == ["gpt-secret-1", "gpt-secret-0"][:: 1 if about["preference"] > 0 else -1]
        assert sorted(about["judgments"][0]["order"]) == [1, 2]


@pytest.mark.parametrize("name", sorted(set(exports()) - {"helpsteer2"}))
@pytest.mark.parametrize("parquet", [False, True])
def test_the_same_inputs_give_the_same_bytes(
    desk: Desk, tmp_path: Path, name: str, parquet: bool
) -> None:
    if parquet and exports()[name].array:
        with pytest.raises(UsageError):
            export(desk, tmp_path / "one", format=name, parquet=True)
        return
    options = {
        "format": name, "parquet": parquet, "splits": [{"name": "test", "share": 0.5}],
    }  # fmt: skip
    first = export(desk, tmp_path / "one", **options)
    second = export(desk, tmp_path / "two", **options)
    assert content(first.folder) == content(second.folder)
    assert first.manifest["files"]
    for file in first.manifest["files"]:
        assert (first.folder / file["name"]).stat().st_size == file["bytes"]


@pytest.mark.parametrize("name", ["helpsteer2"])
def test_a_rubric_that_lacks_an_axis_is_refused_by_name(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError, match=r"complexity.*verbosity"):
        export(desk, tmp_path / "out", format=name)
    assert not (tmp_path / "out").exists()


def test_stepwise_rows_need_a_severity_that_means_wrong(tmp_path: Path, desk: Desk) -> None:
    rubric = {"id": "no-marks", "version": 1, "title": "No marks", "mode": "pairwise"}
    project = desk.review.project("p").model_dump(exclude={"guidelines_version", "closed"})
    project = {**project, "slug": "q", "rubric": rubric, "rubric_digest": "e" * 64}
    project.pop("created_at")
    from harness.models.review import NewProject

    desk.review.create_project(NewProject.model_validate(project))
    with pytest.raises(InputError, match="marks"):
        export_project(
            desk.store, "q", ExportOptions(format="trl-prm"), tmp_path / "out", pseudonym=str
        )


FILTERS: list[tuple[dict[str, Any], int, int]] = [
    ({"languages": ["cpp"]}, 0, 0),
    ({"tasks": ["task-[0-5]"]}, 4, 2),
    ({"tasks": ["other*"]}, 0, 0),
    ({"models": ["gpt-secret-0"]}, 4, 2),
    ({"models": ["gpt-secret-2"]}, 0, 0),
    ({"verdicts": ["failed"]}, 4, 2),
    ({"verdicts": ["timeout"]}, 0, 0),
    ({"states": ["submitted"]}, 4, 2),
    ({"states": ["final"]}, 0, 0),
    ({"min_agreement": 1.0}, 4, 2),
    ({"min_preference": 1.5}, 4, 2),
    ({"min_preference": 2.0}, 4, 0),
    # The first two items were judged in the first four hours.
    ({"until": 1_900_000_000.0 + 4 * 3_600}, 2, 2),
    ({"since": 1_900_000_000.0 + 4 * 3_600}, 2, 0),
]


@pytest.mark.parametrize(("filters", "items", "rows"), FILTERS)
def test_filters(
    desk: Desk, tmp_path: Path, filters: dict[str, Any], items: int, rows: int
) -> None:
    done = export(desk, tmp_path / "out", filters=filters)
    assert done.manifest["counts"]["items"]["out"] == items
    assert tally(done)["out"] == rows


def test_one_annotator_alone_decides_what_others_divided(desk: Desk, tmp_path: Path) -> None:
    done = export(desk, tmp_path / "out", filters={"annotators": [desk.ann]})
    assert tally(done)["out"] == 3
    assert done.manifest["counts"]["judgments"]["dropped"] == {"another annotator": 4}


def test_an_expert_may_have_the_last_word(desk: Desk, tmp_path: Path) -> None:
    done = export(desk, tmp_path / "out", aggregate="expert")
    assert tally(done)["out"] == 3


def test_people_leave_under_pseudonyms(desk: Desk, tmp_path: Path) -> None:
    known: list[str] = []
    for name in ("raw", "label-studio", "helpsteer3"):
        done = export(desk, tmp_path / name, format=name)
        known = sorted(done.manifest["annotators"])
        everything = b"".join(content(done.folder).values())
        for secret in (desk.ann, desk.bob, "ann", "bob"):
            assert f'"{secret}"'.encode() not in everything
            assert f"{secret}@".encode() not in everything
    assert known == sorted(map(pseudonyms(b"salt"), (desk.ann, desk.bob)))
    assert pseudonyms(b"other")(desk.ann) not in known


def test_the_salt_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    salt = salt_of(tmp_path / "home")
    assert salt == salt_of(tmp_path / "home") != salt_of(tmp_path / "other")
    assert (tmp_path / "home" / "export-salt").stat().st_mode & 0o077 == 0


def test_raw_holds_every_revision_and_event(desk: Desk, tmp_path: Path) -> None:
    done = export(desk, tmp_path / "out", format="raw")
    rows = rows_of(done.folder)
    for row in rows:
        stored = desk.review.item_judgments(row["item_id"])
        for one, judgment in zip(row["judgments"], stored, strict=True):
            assert one["judgment_id"] == judgment.judgment_id
            assert json.loads(one["answer"]) == judgment.answer.model_dump(mode="json")
            assert one["order"] == list(judgment.order)
        events = desk.review.events(item_id=row["item_id"])
        assert [one["event_id"] for one in row["events"]] == [one.event_id for one in events]
        assert [json.loads(one["new"]) for one in row["events"]] == [one.new for one in events]
        blind = desk.review.responses_of(row["item_id"])
        assert [one["text"] for one in row["responses"]] == [one.result.code for one in blind]
        task = desk.review.task_of(row["item_id"])
        assert json.loads(row["task"]) == task.model_dump(mode="json")
    assert len(rows) == 4


def test_the_manifest_says_when_the_judgments_were_made(desk: Desk, tmp_path: Path) -> None:
    manifest = export(desk, tmp_path / "out", format="arena").manifest
    assert manifest["judged"] == {
        "first": "2030-03-17T17:46:40+00:00",
        "last": "2030-03-18T00:46:40+00:00",
    }
    assert manifest["agreement"]["judgments"] == 8
    assert manifest["agreement"]["rows_with_several_judgments"] == 4
    assert manifest["agreement"]["unanimous"] == 3
    assert manifest["agreement"]["displayed_in_another_order"] == 4
    assert manifest["models"] == {"gpt-secret-0": 4, "gpt-secret-1": 4}
    assert manifest["languages"] == {"python": 4}
    assert manifest["licences"] == [{"source": "", "licence": "", "rows": 4}]
    assert manifest["outcomes"] == {"first": 1, "second": 1, "tie": 2}


def test_withdrawn_and_replaced_judgments_do_not_count(desk: Desk, tmp_path: Path) -> None:
    mine = desk.review.my_assignments(desk.bob, "p")
    last = max(mine, key=lambda one: one.submitted_at or 0)
    desk.review.undo_submit(last.assignment_id, desk.bob, "undo", window_s=1e9)
    done = export(desk, tmp_path / "undone")
    assert done.manifest["counts"]["judgments"]["dropped"] == {
        "withdrawn": 1,
        "replaced by a later revision or taken back": 1,
    }
    assert tally(done)["out"] == 3
    desk.review.submit(last.assignment_id, desk.bob, answer(3), "again")
    again = export(desk, tmp_path / "again")
    assert again.manifest["counts"]["judgments"]["out"] == 8
    assert tally(again)["out"] == 3


def test_flags_of_later_stages_are_predictions(desk: Desk, tmp_path: Path) -> None:
    flag = Flag(
        rule="odd-one-out", layer=Layer.SIBLING, strength=Strength.HINT, message="m", question="q",
        line=2, column=1, end_line=2, end_column=5, language=Language.PYTHON,
    )  # fmt: skip
    ids = [f"gpt-secret/task-{number}/1" for number in range(6)]
    desk.store.add_flags(RUN, "siblings", [(one, (flag,)) for one in ids])
    done = export(desk, tmp_path / "out", format="label-studio")
    for task in rows_of(done.folder):
        (prediction,) = task["predictions"]
        (region,) = prediction["result"]
        start, end = region["value"]["start"], region["value"]["end"]
        assert task["data"]["code_2"][start:end] == region["value"]["text"]
        assert region["value"]["text"].startswith("    return x")


CONFLICT = "conflicts.jsonl"


def test_conflicts_are_listed_for_an_expert(desk: Desk, tmp_path: Path) -> None:
    done = export(desk, tmp_path / "out")
    # Response 2 fails everywhere; one pair prefers it.
    assert done.manifest["conflicts"] == 1
    assert len((done.folder / CONFLICT).read_text().splitlines()) == 1
    page = (done.folder / "conflicts.html").read_text("utf-8")
    assert "<h2>task-" in page
    assert "&lt;b&gt;" in page  # the justification holds <b>
    assert "<b>" not in page
    assert "<script" not in page


def test_conflicts_are_listed_by_formats_of_single_responses_too(
    desk: Desk, tmp_path: Path
) -> None:
    assert export(desk, tmp_path / "out", format="trl-kto").manifest["conflicts"] == 1


def test_conflicts_may_be_dropped_or_refused(desk: Desk, tmp_path: Path) -> None:
    dropped = export(desk, tmp_path / "drop", conflicts="drop")
    assert tally(dropped)["dropped"]["conflict: chosen fails its tests, rejected passes"] == 1
    assert tally(dropped)["out"] == 1
    with pytest.raises(InputError, match="1 pairs prefer"):
        export(desk, tmp_path / "refuse", conflicts="refuse")
    assert [one.name for one in tmp_path.iterdir() if "refuse" in one.name] == []


def test_an_export_is_replaced_only_on_request(desk: Desk, tmp_path: Path) -> None:
    first = export(desk, tmp_path / "out")
    before = content(first.folder)
    with pytest.raises(InputError, match="holds an export"):
        export(desk, tmp_path / "out", format="raw")
    assert content(first.folder) == before
    export(desk, tmp_path / "out", format="raw", overwrite=True)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["format"] == "raw"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    with pytest.raises(InputError, match="something else"):
        export(desk, tmp_path / "mine", overwrite=True)


def test_the_card_says_what_a_loader_needs(desk: Desk, tmp_path: Path) -> None:
    done = export(desk, tmp_path / "out", splits=[{"name": "test", "share": 0.5}])
    text = (done.folder / "README.md").read_text("utf-8")
    _, front, body = text.split("---\n", 2)
    head = yaml.safe_load(front)
    for config in head["configs"]:
        for part in config["data_files"]:
            assert (done.folder / part["path"]).exists()
    (info,) = head["dataset_info"]
    assert [one["name"] for one in info["features"]] == ["prompt", "chosen", "rejected"]
    assert sum(one["num_examples"] for one in info["splits"]) == 2
    for heading in (
        "Annotation process", "Inter-annotator agreement", "Who annotated", "Source licences",
        "Known limits",
    ):  # fmt: skip
        assert f"\n## {heading}\n" in body


def test_rows_of_one_task_are_in_one_part(desk: Desk, tmp_path: Path) -> None:
    options = {"format": "trl-kto", "splits": [{"name": "test", "share": 0.5}]}
    done = export(desk, tmp_path / "out", **options)
    parts = {
        part: {row["prompt"][0]["content"] for row in rows_of(done.folder, part)}
        for part in ("train", "test")
    }
    assert not parts["train"] & parts["test"]


def test_what_does_not_fit_is_said_before_anything_is_written(desk: Desk, tmp_path: Path) -> None:
    for options in (
        {"format": "raw", "corrections": "add"},
        {"format": "trl-dpo", "with_margin": True},
        {"format": "label-studio", "parquet": True},
        {"format": "nonsense"},
    ):
        with pytest.raises(UsageError):
            export(desk, tmp_path / "out", **options)
    with pytest.raises(NotFound):
        export_project(desk.store, "none", ExportOptions(), tmp_path / "out", pseudonym=str)
    assert not (tmp_path / "out").exists()


def test_judgments_made_meanwhile_are_not_seen(desk: Desk, tmp_path: Path) -> None:
    from harness.store import project_snapshot

    with project_snapshot(desk.store, "p") as snapshot:
        heads = list(snapshot.tasks())
        claimed = desk.review.claim_next("p", desk.ann)
        assert claimed
        desk.review.submit(claimed.assignment_id, desk.ann, answer(), "late")
        votes = sum(len(item.votes) for item in snapshot.items())
    assert (len(heads), votes) == (6, 8)


def test_a_project_without_judgments_is_an_empty_export(tmp_path: Path) -> None:
    from harness.store import open_store

    with open_store(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        make_desk(store, Clock())
        done = export_project(store, "p", ExportOptions(), tmp_path / "out", pseudonym=str)
    assert done.manifest["counts"]["items"]["dropped"] == {"nobody has judged it": 3}
    assert rows_of(done.folder) == []


def test_the_manifest_says_which_project_and_with_which_form(desk: Desk, tmp_path: Path) -> None:
    about = {
        "kind": "project", "name": "p", "title": "Sums", "overlap": 2,
        "rubric": str(PAIRWISE.ref), "rubric_digest": PAIRWISE.digest, "guidelines_version": 1,
    }  # fmt: skip
    assert export(desk, tmp_path / "out").manifest["source"] == about
    raw = export(desk, tmp_path / "raw", format="raw").manifest["source"]
    assert raw["guidelines"] == {"1": "Read both."}
    assert [one["id"] for one in raw["rubrics"].values()] == ["pairwise-code"]
    assert {key: raw[key] for key in about} == about


def test_a_form_nobody_can_read_is_no_hindrance_unless_it_is_needed(tmp_path: Path) -> None:
    from harness.store import open_store

    with open_store(f"sqlite:///{tmp_path / 's.sqlite3'}") as store:
        make_desk(store, Clock())  # its form lacks nearly everything
        done = export_project(store, "p", ExportOptions(), tmp_path / "out", pseudonym=str)
        assert done.folder == tmp_path / "out"
        with pytest.raises(InputError, match="which lacks a form that can be read"):
            export_project(
                store, "p", ExportOptions(format="trl-prm"), tmp_path / "prm", pseudonym=str
            )
