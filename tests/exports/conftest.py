"""A review project in a real store, with judgments made through it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.models.review import Role
from harness.store import ReviewStore, Store, open_store, review_of
from tests.exports.corpus_project import corpus_project
from tests.exports.samples import PAIRWISE
from tests.store.review_data import Clock, answer, make_desk, someone

__all__ = ["corpus_project"]


class Desk(NamedTuple):
    """A project ``p`` of six pairs; the first four are judged by ann (for 2) and bob."""

    store: Store
    review: ReviewStore
    clock: Clock
    ann: str
    bob: str


# ann's and bob's preferences, in the order the items are given out.
JUDGED = ((1, 2), (-2, -1), (0, 0), (3, -3))


@pytest.fixture(scope="session")
def judged_desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float, str, str]:
    """The store of ``desk`` in a file of its own, what its clock says, ann and bob: made once."""
    file = tmp_path_factory.mktemp("desk") / "store.sqlite3"
    clock = Clock()
    with open_store(f"sqlite:///{file}") as store:
        review = make_desk(
            store, clock, tasks=6, overlap=2, title="Sums", rubric_ref=str(PAIRWISE.ref),
            rubric=PAIRWISE.model_dump(mode="json", exclude_defaults=True),
            rubric_digest=PAIRWISE.digest,
        )  # fmt: skip
        ann, bob = someone(review, "ann"), someone(review, "bob", Role.EXPERT)
        for number, (first, second) in enumerate(JUDGED):
            for person, preference in ((ann, first), (bob, second)):
                claimed = review.claim_next("p", person)
                assert claimed
                review.submit(claimed.assignment_id, person, answer(preference), f"key-{number}")
                clock.pass_s(3_600)
    # What is still in the log belongs into the file that is copied.
    with closing(sqlite3.connect(file)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    return file, clock.now, ann, bob


@pytest.fixture
def desk(tmp_path: Path, judged_desk: tuple[Path, float, str, str]) -> Iterator[Desk]:
    made, now, ann, bob = judged_desk
    file = tmp_path / "home" / "store.sqlite3"
    file.parent.mkdir()
    shutil.copy(made, file)
    clock = Clock(now)
    with open_store(f"sqlite:///{file}") as store:
        yield Desk(store, review_of(store, clock), clock, ann, bob)
