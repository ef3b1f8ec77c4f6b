"""Exports at the size and with the reader they are meant for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.exports import exports
from tests.exports.samples import export_items, item, rows_of, rubric_for, side, vote
from tests.exports.test_encode import HOSTILE
from tests.exports.test_formats import sample

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
# Prints, for each folder and table, how many rows it read and what the answers are.
LOADER = """
import json, sys, datasets
datasets.disable_progress_bars()
found = {}
for argument in sys.argv[1:]:
    folder, table = argument.split("=")
    parts = datasets.load_dataset(folder, table)
    rows = [row for name in sorted(parts) for row in parts[name]]
    texts = sorted(row["chosen"] for row in rows) if "/trl-dpo=" in argument else []
    found[argument] = [len(rows), texts]
json.dump(found, sys.stdout)
"""


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
    assert {name: count for name, (count, _) in loaded.items()} == wanted
    plain = tmp_path / "plain"
    export_items(sample("trl-dpo") + hostile, plain, format="trl-dpo")
    texts = loaded[f"{tmp_path / 'trl-dpo'}=default"][1]
    assert texts == sorted(row["chosen"] for row in rows_of(plain))


def load(cache: Path, folders: list[str]) -> dict[str, tuple[int, list[str]]]:
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
    read: dict[str, tuple[int, list[str]]] = json.loads(done.stdout)
    return read
