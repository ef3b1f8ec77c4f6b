"""``harness images build|list|prune``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.sandbox.images import ImageRef

Languages = Annotated[
    list[str] | None,
    typer.Argument(metavar="LANG", help="Languages; none means all that have a sandbox."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def register(app: typer.Typer) -> None:
    """Add the ``images`` group."""
    group = typer.Typer(no_args_is_help=True, help="Build, list and remove the sandbox images.")
    group.command("build")(build)
    group.command("list")(list_)
    group.command("prune")(prune)
    app.add_typer(group, name="images")


def build(
    languages: Languages = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Rebuild everything, from today's Debian packages.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build the images that are missing or whose files changed."""
    from harness.sandbox import images

    refs = images.build(languages or (), progress=_to_stderr, refresh=refresh)
    _show(list(refs.values()), as_json)


def list_(as_json: Json = False) -> None:
    """List the images on the engine, and whether today's files would make them."""
    from harness.sandbox import images

    _show(images.list_images(), as_json)


def prune(languages: Languages = None, as_json: Json = False) -> None:
    """Remove outdated images, and the containers of runs that were killed."""
    from harness.sandbox import images, orphans

    containers = orphans.collect_orphans()
    tags = images.prune(languages or ())
    if as_json:
        typer.echo(json.dumps({"schema_version": 1, "containers": containers, "images": tags}))
        return
    for name in containers:
        typer.echo(f"removed container {name}")
    for tag in tags:
        typer.echo(f"removed image {tag}")
    typer.echo(f"{len(containers)} containers and {len(tags)} images removed")


def _to_stderr(line: str) -> None:
    typer.echo(line, err=True)


def _show(found: Sequence[ImageRef], as_json: bool) -> None:
    if as_json:
        rows = [{**asdict(ref), "versions": ref.versions} for ref in found]
        typer.echo(json.dumps({"schema_version": 1, "images": rows}, indent=2))
        return
    if not found:
        typer.echo("no images yet: harness images build")
    for ref in found:
        versions = ", ".join(f"{tool} {version}" for tool, version in ref.versions.items())
        state = "current" if ref.current else "outdated"
        typer.echo(f"{ref.tag:<38} {state:<9} {ref.size_mb:>5} MB  {versions}")
