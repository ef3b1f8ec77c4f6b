"""``harness clean``: what takes room and may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.pipeline.clean import Cleaning

SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("clean")(clean)


def clean(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[images|cache|artifacts|logs]...", help="What to look for; all if left out."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it; without, it is listed.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """List what may go, with sizes: old images, downloads, screenshots nobody refers to, old logs.

    Runs, results and judgments are never touched.
    """
    from harness.errors import UsageError
    from harness.pipeline.clean import Kind
    from harness.pipeline.clean import clean as cleaned
    from harness.settings import load_settings
    from harness.store import open_store

    unknown = [one for one in kinds or () if one not in set(Kind)]
    if unknown:
        raise UsageError(f"{unknown[0]} is not known", fix=f"use some of {', '.join(Kind)}")
    settings = load_settings()
    with open_store(settings.store_url) as store:
        found = cleaned(store, settings, [Kind(one) for one in kinds or ()], remove=yes)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _print(found)


def _print(cleaning: Cleaning) -> None:
    for one in cleaning.found[:SHOWN]:
        typer.echo(f"{one.size / 1e6:10.1f} MB  {one.kind:<9}  {one.name}")
    left = cleaning.found[SHOWN:]
    if left:
        typer.echo(f"{sum(one.size for one in left) / 1e6:10.1f} MB  in {len(left):,} more")
    for note in cleaning.notes:
        typer.echo(note, err=True)
    done = "removed" if cleaning.removed else "may go: add --yes" if cleaning.found else ""
    typer.echo(f"{cleaning.size / 1e6:.1f} MB {done or 'to remove'}")
