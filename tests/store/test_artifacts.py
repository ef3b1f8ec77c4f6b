"""Files kept with results: one a content, whole or not at all, found by their sha256."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from harness.store.artifacts import artifact_file, keep_artifact


def test_equal_content_is_kept_once(tmp_path: Path) -> None:
    first = keep_artifact(tmp_path, "a", "image/png", b"same")
    second = keep_artifact(tmp_path, "b", "image/png", b"same")
    assert first.sha256 == second.sha256 == hashlib.sha256(b"same").hexdigest()
    assert (first.name, second.name, first.size) == ("a", "b", 4)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [artifact_file(tmp_path, first.sha256)]
    assert files[0].read_bytes() == b"same"


@pytest.mark.parametrize("digest", ["", "..", "../" * 20, "g" * 64, "A" * 64, "0" * 63])
def test_only_a_digest_names_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        artifact_file(tmp_path, digest)
