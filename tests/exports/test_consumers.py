"""Exports of a project of real responses, against what those who read them ask for."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import pyarrow.parquet
import pytest

from harness.exports import Done, exports
from harness.exports.shapes import fault_of
from harness.models import Language
from tests.exports import consumers
from tests.exports.consumers import Rule, by_schema
from tests.exports.corpus_project import OVERLAP, PEOPLE, CorpusProject
from tests.exports.samples import rows_of
from tests.exports.test_formats import parsed, written

Row = dict[str, Any]
SPLITS = [{"name": "test", "share": 0.2}]
PARTS = ("train", "test")
TABLES = [(name, table) for name, export in sorted(exports().items()) for table in export.tables]


@pytest.fixture(scope="module")
def exported(
    corpus_project: CorpusProject, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Done]:
    """Every format, with the strength of preferences where a format has a place for it."""
    out = tmp_path_factory.mktemp("every")
    done = corpus_project.export_all(out, splits=SPLITS)
    strong = {"format": "trl-reward", "with_margin": True, "splits": SPLITS}
    return done | {"trl-reward": corpus_project.export(out / "margin", **strong)}


def rows(done: Done, table: str = "") -> list[Row]:
    return [row for part in PARTS for row in rows_of(done.folder / table, part)]


def rules(name: str, done_or_entry: Any) -> Rule:
    """The rule of a table; what lies beside the rows comes along."""
    by_hand: dict[str, Callable[[], Rule]] = {
        "llama-factory": lambda: partial(consumers.llama_factory, entry=done_or_entry),
        "label-studio": lambda: partial(consumers.label_studio, config=done_or_entry),
        "axolotl": lambda: consumers.axolotl,
        "arena": lambda: consumers.arena,
    }
    return by_hand[name]() if name in by_hand else by_schema(name)


def beside(name: str, folder: Path) -> Any:
    if name == "llama-factory":
        entries = json.loads((folder / "dataset_info.json").read_text("utf-8"))
        return next(iter(entries.values()))
    if name == "label-studio":
        return (folder / "label_config.xml").read_text("utf-8")
    return None


@pytest.mark.corpus
def test_the_project_has_responses_in_six_languages_by_several_people(
    corpus_project: CorpusProject, exported: dict[str, Done]
) -> None:
    raw = rows(exported["raw"])
    shown = {(row["task_id"], one["text"]) for row in raw for one in row["responses"]}
    assert len(shown) >= 300
    assert {row["language"] for row in raw} == set(Language)
    assert corpus_project.judgments == len(raw) * OVERLAP
    assert len(exported["raw"].manifest["annotators"]) == len(PEOPLE)
    assert set(exported["trl-dpo"].manifest["languages"]) == set(Language)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "table"), TABLES)
def test_rows_are_as_many_as_the_manifest_says_and_of_their_shape(
    exported: dict[str, Done], name: str, table: Any
) -> None:
    done = exported[name]
    found = rows(done, table.table)
    tally = done.manifest["counts"]["rows"][table.table or "default"]
    assert len(found) == tally["out"] > 100
    assert tally["in"] == tally["out"] + sum(tally["dropped"].values())
    shape = table.row_shape(with_margin=name == "trl-reward")
    assert [fault_of(shape, row) for row in found] == [None] * len(found)


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "table"), [one for one in TABLES if not exports()[one[0]].array])
def test_parquet_holds_the_rows_of_jsonl(
    corpus_project: CorpusProject, exported: dict[str, Done], tmp_path: Path, name: str, table: Any
) -> None:
    options = {"format": name, "parquet": True, "splits": SPLITS}
    done = corpus_project.export(tmp_path / "out", with_margin=name == "trl-reward", **options)
    shape = table.row_shape(with_margin=name == "trl-reward")
    for part in PARTS:
        read = pyarrow.parquet.read_table(done.folder / table.table / f"{part}.parquet")
        plain = rows_of(exported[name].folder / table.table, part)
        assert [parsed(shape, row) for row in read.to_pylist()] == plain


RULED = ("arena", "axolotl", "helpsteer2", "helpsteer3", "label-studio", "llama-factory")
RULED_TABLES = [
    f"{name}/{table.table}".rstrip("/")
    for name in (*RULED, "openai-dpo")
    for table in exports()[name].tables
]


@pytest.mark.corpus
@pytest.mark.parametrize("name", RULED_TABLES)
def test_rows_are_what_their_readers_document(exported: dict[str, Done], name: str) -> None:
    form, _, table = name.partition("/")
    done = exported[form]
    check = rules(name, beside(form, done.folder))
    assert [fault for row in rows(done, table) for fault in check(row)] == []


@pytest.mark.corpus
def test_pair_formats_say_the_same_of_the_same_pairs(exported: dict[str, Done]) -> None:
    """Whatever the format calls it: one question, the better and the worse answer."""
    told: dict[str, Callable[[Row], tuple[str, str, str]]] = {
        "trl-dpo": lambda row: (row["prompt"], row["chosen"], row["rejected"]),
        "trl-dpo-chat": lambda row: (
            row["prompt"][0]["content"],
            row["chosen"][0]["content"],
            row["rejected"][0]["content"],
        ),
        "trl-reward": lambda row: (
            row["chosen"][0]["content"],
            row["chosen"][1]["content"],
            row["rejected"][1]["content"],
        ),
        "openai-dpo": lambda row: (
            row["input"]["messages"][0]["content"],
            row["preferred_output"][0]["content"],
            row["non_preferred_output"][0]["content"],
        ),
        "llama-factory": lambda row: (
            row["conversations"][0]["value"],
            row["chosen"]["value"],
            row["rejected"]["value"],
        ),
    }
    pairs = {name: [tell(row) for row in rows(exported[name])] for name, tell in told.items()}
    assert all(found == pairs["trl-dpo"] for found in pairs.values())
    decided = [row for row in rows(exported["arena"]) if row["winner"] in ("model_a", "model_b")]
    answers = {
        tuple(row[f"conversation_{side}"][1]["content"] for side in order)
        for row in decided
        for order in [("a", "b") if row["winner"] == "model_a" else ("b", "a")]
    }
    assert answers == {pair[1:] for pair in pairs["trl-dpo"]}


RATED = {
    "helpfulness": "overall", "correctness": "correctness", "coherence": "readability",
    "complexity": "complexity", "verbosity": "verbosity",
}  # fmt: skip


@pytest.mark.corpus
def test_ratings_are_the_means_of_what_people_said(exported: dict[str, Done]) -> None:
    said: dict[tuple[str, str], list[dict[str, int]]] = {}
    for row in rows(exported["raw"]):
        answers = [json.loads(one["answer"])["ratings"] for one in row["judgments"]]
        for response in row["responses"]:
            given = [answer[str(response["position"])] for answer in answers]
            means = {name: mean(one[axis] for one in given) for name, axis in RATED.items()}
            rounded = {name: int(value + 0.5) for name, value in means.items()}
            # A response may stand in two items.
            said.setdefault((row["prompt"], response["text"]), []).append(rounded)
    for row in rows(exported["helpsteer2"]):
        assert {name: row[name] for name in RATED} in said[row["prompt"], row["response"]]


SPOILED: list[tuple[str, Callable[[Row], object]]] = [
    ("openai-dpo", lambda row: row.update(note="x")),
    ("openai-dpo", lambda row: row["preferred_output"].append(row["preferred_output"][0])),
    ("openai-dpo", lambda row: row["input"]["messages"][0].update(role="assistant")),
    ("openai-dpo", lambda row: row["input"].pop("tools")),
    ("llama-factory", lambda row: row["conversations"].append({"from": "gpt", "value": "x"})),
    ("llama-factory", lambda row: row["conversations"][0].update({"from": "user"})),
    ("llama-factory", lambda row: row["chosen"].update({"from": "human"})),
    ("llama-factory", lambda row: row.update(rejected="text")),
    ("axolotl", lambda row: row["chosen"].update(content="x\n")),
    ("axolotl", lambda row: row["chosen"].update(role="gpt")),
    ("axolotl", lambda row: row["messages"].clear()),
    ("arena", lambda row: row.update(winner="a")),
    ("arena", lambda row: row["conversation_b"][0].update(content="another")),
    ("helpsteer2", lambda row: row.update(verbosity=5)),
    ("helpsteer2/preference", lambda row: row.update(preference_strength=0.5)),
    ("helpsteer3", lambda row: row["individual_preference"].clear()),
    ("label-studio", lambda row: row["data"].pop("code_1")),
    ("label-studio", lambda row: row["annotations"][0]["result"][0].update(to_name="prompt")),
    ("label-studio", lambda row: row["predictions"][0]["result"][0].update(from_name="rules")),
    ("label-studio", lambda row: row["annotations"][0]["result"][1]["value"].update(choices=["9"])),
]


@pytest.mark.parametrize(("name", "spoil"), SPOILED)
def test_a_spoiled_row_is_refused(
    name: str, spoil: Callable[[Row], object], tmp_path: Path
) -> None:
    """What the rules above would not see is not shown by them."""
    form, _, table = name.partition("/")
    row = written(form, tmp_path / "out")[table][0]
    check = rules(name, beside(form, tmp_path / "out"))
    assert list(check(row)) == []
    spoiled = copy.deepcopy(row)
    spoil(spoiled)
    assert list(check(spoiled))
