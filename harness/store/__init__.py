"""The store: runs, tasks and review in SQLite or PostgreSQL. The only importer of sqlalchemy."""

from typing import TYPE_CHECKING

from harness.store.queries import PassCount
from harness.store.store import Store, open_store

if TYPE_CHECKING:
    from harness.store.review import ReviewStore, review_of

__all__ = ["PassCount", "ReviewStore", "Store", "open_store", "review_of"]


def __getattr__(name: str) -> object:
    """Load review when it is first asked for: a run needs neither it nor what it imports."""
    if name in {"ReviewStore", "review_of"}:
        from harness.store import review

        return getattr(review, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
