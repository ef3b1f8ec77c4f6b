"""The review store: everything people do at the review desk, over the same database as runs.

Every change is one transaction that ends with a line in the audit. What is acknowledged survives a
killed process and a power cut: commits are synced. Methods raise NotFound for what does not exist
or is someone else's, Conflict for what the state does not allow, StoreError if the store fails.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from harness.store.review_access import Access
from harness.store.review_base import Clock
from harness.store.review_claims import Claims
from harness.store.review_erasure import Erasure
from harness.store.review_items import Items
from harness.store.review_judged import Judgments
from harness.store.review_judging import Judging
from harness.store.review_progress import Overview

if TYPE_CHECKING:
    from harness.store.store import Store


class ReviewStore(Items, Access, Erasure, Claims, Judging, Overview, Judgments):
    """Projects, people, claims, judgments and their overview, in one object for any thread."""


def review_of(store: Store, clock: Clock = time.time) -> ReviewStore:
    """The review side of an open store; closing the store closes it. ``clock``: epoch seconds."""
    return ReviewStore(store._database, clock)  # noqa: SLF001 - two halves of one store
