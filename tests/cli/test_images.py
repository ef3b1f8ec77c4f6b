"""``harness images``: what scripts read and what people see."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def harness(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.engine
def test_build_then_list_agree() -> None:
    built = harness("images", "build", "python", "--json")
    assert built.returncode == 0, built.stderr
    (image,) = json.loads(built.stdout)["images"]
    listed = json.loads(harness("images", "list", "--json").stdout)["images"]
    current = [row for row in listed if row["language"] == "python" and row["current"]]
    assert [row["id"] for row in current] == [image["id"]]
    assert image["versions"]["python"].startswith("3.")


def test_an_unknown_language_is_a_sandbox_error_with_the_known_ones() -> None:
    done = harness("images", "build", "fortran")
    assert done.returncode == 4
    assert "fortran" in done.stderr
    assert "python" in done.stderr
