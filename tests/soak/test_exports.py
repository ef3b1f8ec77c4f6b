"""A million judgments leave in flat memory, and every one of them is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]


def test_memory_does_not_grow_with_a_million_judgments() -> None:
    """The benchmark fails if a row is missing or memory grows by more than a fifth."""
    command = [sys.executable, "-m", "benchmarks.exports", "50000", "1000000"]
    done = subprocess.run(
        [*command, "--format", "trl-dpo-chat"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
