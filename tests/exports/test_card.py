"""The dataset card: the YAML that loaders read, and what it tells people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.exports.card import _plain, _size, code
from tests.exports.samples import (
    ORIGIN,
    SINGLE,
    export_items,
    fix,
    item,
    single,
    vote,
)


def card(out: Path, *items: Any, **options: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The card's YAML and its sections by heading; "" is what comes before the first."""
    export_items(items, out, **options)
    _, front, body = (out / "README.md").read_text("utf-8").split("---\n", 2)
    first, *others = body.split("\n## ")
    parts = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in others}
    return yaml.safe_load(front), {"": first.strip(), **parts}


def licensed(licence: str | None, name: str = "1") -> Any:
    return item(name, [vote()], task={"licence": licence})


def test_front_matter_is_what_hubs_expect(tmp_path: Path) -> None:
    head, _ = card(tmp_path / "out", item("1", [vote()]), item("2", [vote(1, -1)]))
    messages = [{"name": "role", "dtype": "string"}, {"name": "content", "dtype": "string"}]
    size = (tmp_path / "out" / "train.jsonl").stat().st_size
    assert head == {
        "license": "mit",
        "language": ["en"],
        "pretty_name": "A project",
        "size_categories": ["n<1K"],
        "task_categories": ["text-generation"],
        "tags": ["code", "preference", "trl-dpo-chat", "human-feedback"],
        "configs": [
            {"config_name": "default", "data_files": [{"split": "train", "path": "train.jsonl"}]}
        ],
        "dataset_info": [
            {
                "config_name": "default",
                "features": [
                    {"name": name, "list": messages} for name in ("prompt", "chosen", "rejected")
                ],
                "splits": [{"name": "train", "num_bytes": size, "num_examples": 2}],
            }
        ],
    }


def test_tables_have_configs_of_their_own_and_parts_without_rows_none(tmp_path: Path) -> None:
    splits = [{"name": "test", "share": 0.01}]
    pair = item("1", [vote(1, 1, answer={"ratings": {}})])
    head, parts = card(
        tmp_path / "out", single(), pair, rubric=SINGLE, format="helpsteer2", splits=splits
    )
    assert head["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "train.jsonl"}]},
        {
            "config_name": "preference",
            "data_files": [{"split": "train", "path": "preference/train.jsonl"}],
        },
    ]
    assert [one["config_name"] for one in head["dataset_info"]] == ["default", "preference"]
    counts = [[one["num_examples"] for one in info["splits"]] for info in head["dataset_info"]]
    assert counts == [[1], [1]]
    assert head["tags"][1:3] == ["rating", "helpsteer2"]
    assert "No row fell to test." in parts["Known limits"]
    assert "no held-out part" not in parts["Known limits"]
    head, _ = card(tmp_path / "one", single(), rubric=SINGLE, format="helpsteer2")
    assert [one["config_name"] for one in head["configs"]] == ["default"]


def test_each_part_is_counted(tmp_path: Path) -> None:
    items = [item(str(number), [vote()], task={"prompt": f"{number} " * 9}) for number in range(30)]
    head, parts = card(
        tmp_path / "out", *items, format="trl-reward", with_margin=True,
        splits=[{"name": "test", "share": 0.5}],
    )  # fmt: skip
    (info,) = head["dataset_info"]
    rows = {one["name"]: one["num_examples"] for one in info["splits"]}
    lines = {
        name: len((tmp_path / "out" / f"{name}.jsonl").read_text().splitlines()) for name in rows
    }
    assert rows == lines
    assert list(rows) == ["train", "test"]
    assert head["configs"][0]["data_files"] == [
        {"split": name, "path": f"{name}.jsonl"} for name in rows
    ]
    assert sum(rows.values()) == 30
    assert info["features"][-1] == {"name": "margin", "dtype": "float64"}
    assert "No row fell" not in parts["Known limits"]


def test_json_of_open_shape_is_no_table(tmp_path: Path) -> None:
    head, _ = card(tmp_path / "out", item("1", [vote()]), format="label-studio")
    assert (head["configs"], head["dataset_info"]) == ([], [])


@pytest.mark.parametrize(
    ("least", "size"),
    [(0, "n<1K"), (10**3, "1K<n<10K"), (10**4, "10K<n<100K"), (10**5, "100K<n<1M"),
     (10**6, "1M<n<10M"), (10**7, "n>10M")],
)  # fmt: skip
def test_sizes_in_the_words_of_hubs(least: int, size: str) -> None:
    assert _size(least) == size
    assert least == 0 or _size(least - 1) != size


@pytest.mark.parametrize(
    ("title", "plain"),
    [("A *bold* <b>[x](y)</b> #1", "A bold bx(y)/b 1"), ("a\n\tb", "a b"), ("", "Untitled"),
     (" `_` ", "Untitled")],
)  # fmt: skip
def test_a_title_has_no_markup_of_its_own(title: str, plain: str) -> None:
    assert _plain(title) == plain


@pytest.mark.parametrize(
    ("licences", "name"),
    [
        (["MIT"], "mit"), ([" Apache-2.0 "], "apache-2.0"), (["CC-BY-SA-4.0"], "cc-by-sa-4.0"),
        (["MIT", "mit"], "mit"), (["MIT", "Apache-2.0"], "other"), (["home-made"], "other"),
        ([None], "other"), ([], "other"),
    ],
)  # fmt: skip
def test_one_licence_is_named_as_hubs_name_it(
    tmp_path: Path, licences: list[str | None], name: str
) -> None:
    items = [licensed(licence, str(at)) for at, licence in enumerate(licences)]
    assert card(tmp_path / "out", *items)[0]["license"] == name


@pytest.mark.parametrize(
    "name", ["BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "GPL-3.0", "AGPL-3.0",
             "MPL-2.0", "CC-BY-NC-4.0", "Unlicense"],
)  # fmt: skip
def test_licences_that_hubs_know(tmp_path: Path, name: str) -> None:
    assert card(tmp_path / "out", licensed(name))[0]["license"] == name.lower()


def test_licences_are_listed_with_their_rows(tmp_path: Path) -> None:
    items = [licensed("MIT", "1"), licensed("MIT", "2"), licensed(None, "3")]
    _, parts = card(tmp_path / "out", *items)
    assert parts["Source licences"].splitlines()[2:4] == [
        "| `own` | `not stated` | 1 |",
        "| `own` | `MIT` | 2 |",
    ]
    assert "bound by the terms of whoever runs the model" in parts["Source licences"]


def test_counts_and_reasons_stand_on_the_card(tmp_path: Path) -> None:
    items = [
        item("1", [vote(1, 2), vote(2, 1), vote(3, 3, final=False, kind="withdrawn")]),
        item("2", [vote(1, 0)]),
        item("3", [vote(1, 1), vote(2, -1)]),
        item("4"),
        item("5", [vote(1, 1)], task={"language": "sql"}),
    ]
    _, parts = card(tmp_path / "out", *items, filters={"languages": ["python"]})
    assert parts["Rows"].splitlines() == [
        "| | in | out | left out |",
        "|---|---|---|---|",
        "| items | 5 | 3 | another language: 1; nobody has judged it: 1 |",
        "| judgments | 7 | 5 | its item is left out: 1; withdrawn: 1 |",
        "| rows (default) | 3 | 1 | divided judgments: 1; tie: 1 |",
    ]
    _, parts = card(tmp_path / "none", item("1", [vote()]))
    assert parts["Rows"].splitlines()[2] == "| items | 1 | 1 | - |"


def test_agreement_and_people_are_those_of_the_rows(tmp_path: Path) -> None:
    items = [
        item("1", [vote(1, 2), vote(2, 1)]),
        item("2", [vote(1, 2), vote(2, 2), vote(3, -1)]),
        item("3", [vote(3, -1)]),
    ]
    _, parts = card(tmp_path / "out", *items)
    assert parts["Inter-annotator agreement"] == (
        "2 rows rest on more than one judgment; in 1 of them (50.0%) all came to the same outcome."
    )
    assert parts["Who annotated"].splitlines() == [
        "3 people, under pseudonyms (salted hashes):",
        "",
        "- `hidden-p_1`: 2 judgments",
        "- `hidden-p_2`: 2 judgments",
        "- `hidden-p_3`: 2 judgments",
    ]
    _, parts = card(tmp_path / "one", item("1", [vote()]), identities=True)
    assert parts["Inter-annotator agreement"].startswith("Undefined: no row rests on more")
    assert parts["Who annotated"].startswith("1 people, by name:")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("majority", "without one, a tie"), ("mean", "the mean of the preferences"),
        ("expert", "the experts' majority"), ("each", "every judgment is a row of its own"),
    ],
)  # fmt: skip
def test_how_judgments_became_one_is_said(tmp_path: Path, how: str, said: str) -> None:
    _, parts = card(tmp_path / "out", item("1", [vote()]), aggregate=how)
    assert said in parts["Annotation process"]
    assert "corrected" not in parts["Annotation process"]


def test_corrections_and_conflicts_are_mentioned_where_there_are_some(tmp_path: Path) -> None:
    fixed = item("1", [vote(1, -1)], fixes=(fix("return 1\n"),))
    _, parts = card(tmp_path / "out", fixed, corrections="add")
    assert "Responses corrected by people are chosen" in parts["Annotation process"]
    conflicts, split = parts["Known limits"].splitlines()[1:]
    assert conflicts.startswith("- 1 pairs prefer a response that fails its tests")
    assert split == "- There is no held-out part."
    _, parts = card(tmp_path / "none", item("1", [vote()]))
    assert "pairs prefer" not in parts["Known limits"]
    assert parts[""].endswith("Made from the review project `p`."), (
        "the origin stands under the title"
    )
    assert parts[""].startswith(f"# {ORIGIN.title}\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "`plain`"), ("a`b", "``a`b``"), ("a``b`c", "```a``b`c```"), ("`a", "`` `a ``"),
        ("a`", "`` a` ``"), ("a|b", r"`a\|b`"), ("a\r\nb\x00\u2028\ud800c", "`a b c`"),
        (3, "`3`"),
    ],
)  # fmt: skip
def test_text_from_outside_stays_code(text: Any, shown: str) -> None:
    assert code(text) == shown
