"""Exports at the size and with the reader they are meant for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.exports import exports
from tests.exports.corpus_project import CorpusProject
from tests.exports.samples import export_items, item, rows_of, rubric_for, side, vote
from tests.exports.test_encode import HOSTILE
from tests.exports.test_formats import parsed, sample

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
# Prints, for each folder and table, the rows of each part and the parts that differ from the card.
LOADER = """
import json, pathlib, sys, datasets, yaml
datasets.disable_progress_bars()
found = {}
for argument in sys.argv[1:]:
    folder, table = argument.split("=")
    parts = datasets.load_dataset(folder, table)
    card = yaml.safe_load(pathlib.Path(folder, "README.md").read_text("utf-8").split("---\\n")[1])
    (info,) = [one for one in card["dataset_info"] if one["config_name"] == table]
    columns = datasets.Features._from_yaml_list(info["features"])
    other = [name for name in parts if parts[name].features != columns]
    sizes = {one["name"]: one["num_examples"] for one in info["splits"]}
    other += [name for name in parts if len(parts[name]) != sizes[name]]
    found[argument] = {"other": other, "parts": {name: list(parts[name]) for name in parts}}
json.dump(found, sys.stdout)
"""
Loaded = dict[str, dict[str, list[dict[str, Any]]]]


def test_memory_does_not_grow_with_a_million_judgments() -> None:
    """The benchmark fails if a row is missing or memory grows by more than a fifth."""
    command = [sys.executable, "-m", "benchmarks.exports", "50000", "1000000"]
    command += ["--format", "trl-dpo-chat"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("parquet", [False, True])
def test_datasets_loads_every_row_of_every_format_by_its_card(
    tmp_path: Path, parquet: bool
) -> None:
    wanted: dict[str, int] = {}
    hostile = [
        item(f"h{at}", [vote()], sides=(side(1, f"x{at}"), side(2, text)))
        for at, text in enumerate(HOSTILE)
    ]
    for name, export in exports().items():
        if export.array:
            continue
        # What needs the other rubric has items of its own.
        items = sample(name) + ([] if export.missing else hostile)
        manifest = export_items(
            items, tmp_path / name, rubric_for(export), format=name, parquet=parquet,
            splits=[{"name": "test", "share": 0.3}],
        )  # fmt: skip
        for table, tally in manifest["counts"]["rows"].items():
            wanted[f"{tmp_path / name}={table}"] = tally["out"]
    loaded = load(tmp_path, list(wanted))
    counts = {name: sum(map(len, parts.values())) for name, parts in loaded.items()}
    assert counts == wanted
    plain = tmp_path / "plain"
    export_items(sample("trl-dpo") + hostile, plain, format="trl-dpo")
    read = loaded[f"{tmp_path / 'trl-dpo'}=default"]
    texts = [row["chosen"] for rows in read.values() for row in rows]
    assert sorted(texts) == sorted(row["chosen"] for row in rows_of(plain))


@pytest.mark.corpus
@pytest.mark.parametrize("parquet", [False, True])
def test_datasets_reads_what_was_written_of_real_responses(
    corpus_project: CorpusProject, tmp_path: Path, parquet: bool
) -> None:
    """Columns are the card's, rows as many as the manifest says, values those of the JSONL."""
    options = {"splits": [{"name": "test", "share": 0.2}]}
    plain = corpus_project.export_all(tmp_path / "plain", **options)
    done = corpus_project.export_all(tmp_path / "out", parquet=parquet, **options)
    tables = {
        f"{done[name].folder}={table.table or 'default'}": (name, table)
        for name, export in exports().items()
        if not export.array
        for table in export.tables
    }
    loaded = load(tmp_path, list(tables))
    for argument, (name, table) in tables.items():
        counts = done[name].manifest["counts"]["rows"][table.table or "default"]
        assert sum(map(len, loaded[argument].values())) == counts["out"] > 100
        for part, rows in loaded[argument].items():
            wanted = rows_of(plain[name].folder / table.table, part)
            found = [parsed(table.shape, row) for row in rows] if parquet else rows
            assert found == wanted, (argument, part)


def load(cache: Path, folders: list[str]) -> Loaded:
    """What ``datasets`` reads of folders, as the manifest and the card name their tables."""
    ensure = subprocess.run(
        [ROOT / "scripts" / "ensure-datasets.sh"], check=True, stdout=subprocess.PIPE, text=True
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(cache / "cache")}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [ensure.stdout.strip(), "-c", LOADER, *folders],
        check=False, capture_output=True, text=True, env=environment, cwd=cache,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Ignoring" not in done.stderr
    read = json.loads(done.stdout)
    assert [name for name, found in read.items() if found["other"]] == []
    return {name: found["parts"] for name, found in read.items()}
