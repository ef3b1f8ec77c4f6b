"""``harness rescore RUN``: judge what a run kept by other comparators or expected values."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.models import Comparator


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rescore")(rescore)


def rescore(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its report folder.")],
    tasks: Annotated[
        Path | None,
        typer.Option(
            "--tasks", metavar="PATH", help="Corrected tasks; those of the run if left out."
        ),
    ] = None,
    format_name: options.FormatName = None,
    comparator: Annotated[
        str | None,
        typer.Option(
            "--comparator",
            metavar="KIND",
            help="exact, lines, tokens, float, unordered, json, rows or regex, for every case.",
        ),
    ] = None,
    rel_tol: Annotated[
        float | None, typer.Option("--rel-tol", metavar="X", min=0, help="Relative tolerance.")
    ] = None,
    abs_tol: Annotated[
        float | None, typer.Option("--abs-tol", metavar="X", min=0, help="Absolute tolerance.")
    ] = None,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", help="Texts are equal whatever their case.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a new run of a run's kept values, judged anew; nothing is executed.

    Values of calls and outputs of programs are compared again. Unit tests, SQL and HTML are not,
    nor what was cut short: such responses keep their verdicts and are listed with the reason.
    """
    from harness.cli._render import run_id_of
    from harness.intake import load_tasks
    from harness.pipeline.rescore import rescore as judged
    from harness.pipeline.rescore import with_comparator
    from harness.settings import load_settings
    from harness.store import open_store

    chosen = _comparator(comparator, rel_tol, abs_tol, ignore_case)
    name = run_id_of(run)
    with open_store(load_settings().store_url) as store:
        wanted = store.tasks(name)
        if tasks is not None:
            wanted = dict(load_tasks(options.existing(tasks), format_name).tasks)
        if chosen is not None:
            wanted = with_comparator(wanted, chosen)
        found = judged(store, name, wanted, shlex.join(["harness", *sys.argv[1:]]))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    typer.echo(
        f"{found.run_id}: {found.rescored:,} of {found.responses:,} responses judged again, "
        f"{found.changed:,} verdicts changed"
    )
    for reason, count in found.kept.items():
        typer.echo(f"  {count:,} keep their verdict: {reason}", err=True)
    typer.echo(f"harness compare {found.source} {found.run_id} lists them, harness report "
               f"{found.run_id} writes its report", err=True)  # fmt: skip


def _comparator(
    kind: str | None, rel_tol: float | None, abs_tol: float | None, ignore_case: bool
) -> Comparator | None:
    """Raises UsageError for one that cannot be used here."""
    from harness.errors import UsageError
    from harness.models import Comparator
    from harness.runners.compare import KINDS

    if kind is None:
        if rel_tol is not None or abs_tol is not None or ignore_case:
            raise UsageError("--rel-tol, --abs-tol and --ignore-case need --comparator")
        return None
    usable = [one for one in KINDS if one != "checker"]
    if kind not in usable:
        raise UsageError(
            f"--comparator {kind} cannot be used", fix=f"choose one of {', '.join(usable)}"
        )
    return Comparator(kind=kind, rel_tol=rel_tol, abs_tol=abs_tol, ignore_case=ignore_case)
