"""Exports of real responses, read and trained on by the programs they are made for.

In a container without network: TRL's format checks and one optimisation step of each trainer, the
converter of LLaMA-Factory, the strategy of axolotl, the checks of Label Studio's SDK.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import docker
import pytest

from harness.exports import Done
from harness.sandbox.bootstrap import ensure_rootfs
from tests.conftest import ROOT
from tests.exports.corpus_project import CorpusProject
from tests.exports.test_consumers import rows

pytestmark = [pytest.mark.soak, pytest.mark.corpus]

SPLITS = [{"name": "test", "share": 0.2}]
FORMATS = (
    "axolotl", "label-studio", "llama-factory", "trl-dpo", "trl-dpo-chat", "trl-kto", "trl-prm",
    "trl-reward",
)  # fmt: skip
PLAIN = "trl-reward-plain"


class Exported(NamedTuple):
    folder: Path
    done: dict[str, Done]


@pytest.fixture(scope="module")
def exported(corpus_project: CorpusProject, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """What goes into the image; ``trl-reward`` has margins, its plain twin has none."""
    folder = tmp_path_factory.mktemp("exports")
    done = {
        name: corpus_project.export(
            folder / name, format=name, splits=SPLITS, with_margin=name == "trl-reward"
        )
        for name in FORMATS
    }
    done[PLAIN] = corpus_project.export(folder / PLAIN, format="trl-reward", splits=SPLITS)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return Exported(folder, done)


@pytest.fixture(scope="module")
def image() -> str:
    """The image of the trainers, built if it is missing."""
    ensure_rootfs(docker.from_env(), print)
    script = ROOT / "scripts" / "ensure-trainers.sh"
    done = subprocess.run([script], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def run(image: str, exports: Path, program: str, *options: str) -> dict[str, Any]:
    """What a program of tests/soak/trainers says of the exports."""
    scripts = Path(__file__).parent / "trainers"
    command = ["docker", "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL"]
    command += ["--user=65534", "--security-opt=no-new-privileges", "--memory=4g"]
    command += ["--env=OMP_NUM_THREADS=1"]  # models far too small for more
    command += ["--tmpfs=/tmp:size=1g,mode=1777", f"--volume={exports}:/exports:ro"]
    command += [f"--volume={scripts}:/trainers:ro", *options]
    command += [image, "python3", f"/trainers/{program}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4_000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def out(done: Done) -> int:
    count: int = done.manifest["counts"]["rows"]["default"]["out"]
    return count


def test_their_own_readers_take_every_row_as_it_was_given(exported: Exported, image: str) -> None:
    found = run(image, exported.folder, "readers.py")
    for name in ("axolotl", "label-studio", "llama-factory"):
        assert found[name] == {"rows": out(exported.done[name]), "faults": []}


def test_what_their_readers_would_lose_is_seen(
    exported: Exported, image: str, tmp_path: Path
) -> None:
    """The same programs on rows that are spoiled, one in each export."""
    shutil.copytree(exported.folder, tmp_path / "spoiled")
    spoil(tmp_path / "spoiled" / "axolotl", '"chosen":{"role":"assistant","content":"', "  ")
    spoil(tmp_path / "spoiled" / "llama-factory", '"conversations":[{"from":"', "x")
    config = tmp_path / "spoiled" / "label-studio" / "label_config.xml"
    config.write_text(config.read_text("utf-8").replace('name="reasons"', 'name="why"'), "utf-8")
    found = run(image, tmp_path / "spoiled", "readers.py")
    # Three of the templates tried render answers without outer white space.
    assert len(found["axolotl"]["faults"]) == 3
    assert any("left out by" in fault for fault in found["llama-factory"]["faults"])
    assert any("reasons" in fault for fault in found["label-studio"]["faults"])


def spoil(folder: Path, after: str, what: str) -> None:
    """Put something into the first row."""
    file = folder / "train.jsonl"
    text = file.read_text("utf-8")
    assert after in text
    file.write_text(text.replace(after, after + what, 1), "utf-8", newline="\n")


def test_trl_trains_a_step_on_every_row(exported: Exported, image: str) -> None:
    """Loss before the first step is known: the model knows nothing yet."""
    found = run(image, exported.folder, "steps.py")
    for name in ("trl-dpo", "trl-dpo-chat", "trl-kto", "trl-reward", PLAIN):
        one_step(found[name], exported.done[name])
    for name in ("trl-dpo", "trl-dpo-chat", PLAIN):
        assert found[name]["loss"][0] == pytest.approx(math.log(2), abs=0.01)
    margins = [row["margin"] for row in rows(exported.done["trl-reward"])]
    assert min(margins) > 0
    assert sorted(found["trl-reward"]["margins"]) == pytest.approx(sorted(margins))
    wanted = sum(math.log(1 + math.exp(one)) for one in margins) / len(margins)
    assert found["trl-reward"]["loss"][0] == pytest.approx(wanted, abs=0.02)
    assert found[PLAIN]["margins"] == []
    checks_hold(found["checks"], exported.done)


def test_trl_trains_a_step_on_labels_of_steps(exported: Exported, image: str) -> None:
    """With the older TRL that has a trainer for them."""
    first = "--env=PYTHONPATH=/opt/trl-prm:/opt/trainers"
    found = run(image, exported.folder, "prm.py", first)
    one_step(found, exported.done["trl-prm"])
    assert found["labels"] == [False, True]


def one_step(step: dict[str, Any], done: Done) -> None:
    """One step over all rows changed everything and broke nothing."""
    assert (step["steps"], step["rows"]) == (1, out(done))
    assert step["changed"] == step["parameters"] > 0
    assert step["finite"]
    (loss,) = step["loss"]
    assert math.isfinite(loss)


def checks_hold(checks: dict[str, Any], done: dict[str, Done]) -> None:
    """TRL's own functions say of the rows what their formats promise."""
    assert checks["conversational"] == {
        name: [name != "trl-dpo"] for name in sorted(checks["conversational"])
    }
    pairs = out(done["trl-dpo-chat"])
    assert checks["extracted"] is True
    assert checks["unpaired"] == [2 * pairs, pairs]
    assert checks["templated"] == pairs
    assert checks["kto_labels"] == [False, True]
