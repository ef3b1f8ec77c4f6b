"""The store: runs, tasks and review in SQLite or PostgreSQL. The only importer of sqlalchemy."""

from typing import TYPE_CHECKING

from harness.store.queries import PassCount
from harness.store.store import Store, open_store

if TYPE_CHECKING:
    from harness.store.review import ReviewStore, review_of
    from harness.store.review_export import Snapshot, project_snapshot

__all__ = [
    "PassCount",
    "ReviewStore",
    "Snapshot",
    "Store",
    "open_store",
    "project_snapshot",
    "review_of",
]


def __getattr__(name: str) -> object:
    """Load review when it is first asked for: a run needs neither it nor what it imports."""
    if name in {"ReviewStore", "review_of"}:
        from harness.store import review

        return getattr(review, name)
    if name in {"Snapshot", "project_snapshot"}:
        from harness.store import review_export

        return getattr(review_export, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
