"""The store: runs, tasks and review in SQLite or PostgreSQL. The only importer of sqlalchemy."""

from harness.store.queries import PassCount
from harness.store.review import ReviewStore, review_of
from harness.store.store import Store, open_store

__all__ = ["PassCount", "ReviewStore", "Store", "open_store", "review_of"]
