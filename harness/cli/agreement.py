"""``harness agreement PROJECT``: how far people agree, and what else moves their judgments."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli import _options as options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("agreement")(agreement)


def agreement(
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="A review project's name.")],
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same seed gives the same intervals.")
    ] = 0,
    resamples: Annotated[
        int,
        typer.Option(
            "--resamples", metavar="N", min=0, help="Draws of items behind an interval; 0: none."
        ),
    ] = 1000,
    as_json: options.AsJson = False,
) -> None:
    """Show how far people agree with each other, with verdicts and with flags."""
    from harness.cli._agreement_text import print_agreement
    from harness.quality.agreement import agreement as measured
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    with open_store(load_settings().store_url) as store:
        judged = review_of(store).judged(project)
    report = measured(judged, seed=seed, resamples=resamples)
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        print_agreement(report, options.console())
