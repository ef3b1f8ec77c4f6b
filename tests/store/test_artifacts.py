"""Files kept with results: one a content, whole or not at all, found by their sha256."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from harness.store import Store
from harness.store.artifacts import artifact_file, keep_artifact
from tests.store.review_data import RUN, Clock, make_desk, make_response, someone


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


def test_every_file_a_result_or_a_correction_refers_to_is_known(
    bare: Store, clock: Clock, tmp_path: Path
) -> None:
    desk = make_desk(bare, clock)
    kept = [keep_artifact(tmp_path, "a.png", "image/png", b"%d" % n) for n in range(300)]
    results = [
        make_response(n % 3, 10 + n).model_copy(update={"artifacts": (kept[n],)})
        for n in range(299)
    ]  # fmt: skip
    bare.add_results(RUN, enumerate(results, 50))
    ann = someone(desk, "ann")
    mine = desk.claim_next("p", ann)
    assert mine is not None
    corrected = make_response(0, 0).model_copy(update={"artifacts": (kept[299],)})
    desk.add_correction(mine.assignment_id, ann, "code", result=corrected)
    desk.add_correction(mine.assignment_id, ann, "code")
    assert bare.artifact_digests() >= {one.sha256 for one in kept}
    assert len(bare.artifact_digests()) == 300
