"""A project in every format there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.exports import Done, ExportOptions, export_project, exports, pseudonyms, salt_of
from harness.store import Store


def export_all(store: Store, slug: str, folder: Path, home: Path) -> Iterator[Done]:
    """Write the project as ``folder``/FORMAT; exports of an earlier demo are replaced.

    home: whose salt makes the pseudonyms.
    """
    called = pseudonyms(salt_of(home))
    for name in exports():
        yield export_project(
            store, slug, ExportOptions(format=name), folder / name, pseudonym=called, overwrite=True
        )
