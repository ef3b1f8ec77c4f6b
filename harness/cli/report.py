"""``harness report RUN``: write a run's report again, from the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import _options as options


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its report folder.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Report folder; the run's own, or reports/RUN_ID, if left out.",
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Write the report of a run again, finished or not."""
    from harness.cli._render import render, run_id_of
    from harness.reporting import render_terminal
    from harness.settings import load_settings
    from harness.store import open_store

    run_id = run_id_of(run)
    folder = out or (Path(run) if Path(run).is_dir() else Path("reports") / run_id)
    options.writable_folder(folder, "--out")
    with open_store(load_settings().store_url) as store:
        summary, index = render(store, run_id, folder)
    if as_json:
        typer.echo(summary.model_dump_json())
    else:
        render_terminal(summary, options.console(), index)
