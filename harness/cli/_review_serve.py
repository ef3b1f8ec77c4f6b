"""``harness review serve``."""

from __future__ import annotations

from typing import Annotated

import typer

DEFAULT_PORT = 8000


def serve(
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=1, max=65535, help="Where it listens.")
    ] = DEFAULT_PORT,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="This machine only if left out.")
    ] = "127.0.0.1",
    team: Annotated[
        bool,
        typer.Option("--team", help="Everyone needs a password; asked for before --host opens."),
    ] = False,
    tls: Annotated[
        bool, typer.Option("--tls", help="It stands behind TLS: cookies and links say https.")
    ] = False,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A name people reach it by, as review.example.org; may be given several times.",
        ),
    ] = None,
) -> None:
    """Serve the review desk; prints a link that lets you in once. Ctrl-C ends it."""
    from harness.review.options import ReviewOptions, RunLimits
    from harness.review.serving import check_bind, one_time_link, serve
    from harness.settings import load_settings
    from harness.store import open_store

    settings = load_settings()
    known = ReviewOptions.model_fields["hosts"].default
    options = ReviewOptions(
        home=settings.home, secure=tls, local=not team, hosts=(*(names or ()), host, *known),
        runs=RunLimits(per_minute=settings.review_runs_per_minute),
    )  # fmt: skip
    check_bind(host, options)
    scheme = "https" if tls else "http"
    place = names[0] if names else f"{host}:{port}"
    with open_store(settings.store_url) as store:
        link = one_time_link(store, f"{scheme}://{place}")
        serve(store, options, host=host, port=port, say=lambda: _say(link))


def _say(link: str) -> None:
    typer.echo(link)
    typer.echo("Open it to come in; it works once. Ctrl-C ends the server.", err=True)
