"""``harness backup FILE``: a consistent copy of the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _options as options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backup")(backup)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file for the copy.")],
    as_json: options.AsJson = False,
) -> None:
    """Copy the store, in use or not, to one file that can be put in its place.

    PostgreSQL is copied by its own pg_dump. Pictures and downloads are not part of the store.
    """
    from harness.settings import load_settings
    from harness.store import open_store

    settings = load_settings()
    options.writable_folder(file.absolute().parent, "FILE")
    with open_store(settings.store_url) as store:
        store.backup(file)
    # Opened as any store is: a copy that cannot be read is no backup.
    with open_store(f"sqlite:///{file.absolute()}") as copy:
        runs = len(copy.list_runs())
    size = file.stat().st_size
    pictures = settings.home / "artifacts"
    if as_json:
        shown = {"schema_version": 1, "file": str(file), "bytes": size, "runs": runs}
        typer.echo(json.dumps(shown))
        return
    typer.echo(f"{file}: {size / 1e6:.1f} MB, {runs} runs")
    if pictures.is_dir():
        typer.echo(f"screenshots are files of their own: copy {pictures} too", err=True)
