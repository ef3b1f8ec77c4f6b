"""What is shipped is complete: the wheel, and the lock that `make` installs from."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENT = re.compile(r"^[A-Za-z0-9._-]+")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(folder), str(ROOT)], check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["sandboxes", "tasks"])
def test_the_wheel_holds_every_committed_file_of(folder: str, wheel: set[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True
    )
    committed = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    assert committed
    assert {f"harness/_bundled/{name}" for name in committed} <= wheel


def test_the_wheel_holds_the_rubrics(wheel: set[str]) -> None:
    rubrics = {f"harness/rubrics/{file.name}" for file in (ROOT / "harness/rubrics").glob("*.yaml")}
    assert rubrics
    assert rubrics <= wheel


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_host() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())
    pinned = {canonical(match[0]) for block in blocks if (match := REQUIREMENT.match(block))}
    names = {canonical(match[0]) for item in wanted if (match := REQUIREMENT.match(item))}
    assert names - pinned == set(), "run scripts/lock.sh"
    assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []
    assert "://" not in lock
