"""The store: runs, results and tasks in SQLite or PostgreSQL. The only importer of sqlalchemy."""

from harness.store.queries import PassCount
from harness.store.store import Store, open_store

__all__ = ["PassCount", "Store", "open_store"]
