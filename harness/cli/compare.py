"""``harness compare RUN RUN``: what changed from one run to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from rich.table import Table

    from harness.quality.compare import Change, RunComparison, Seen
    from harness.store import Store

SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare)


def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A run's id or report folder.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="Another run's.")],
    most: Annotated[
        int,
        typer.Option("--changes", metavar="N", min=0, help="Changed verdicts that are listed."),
    ] = SHOWN,
    as_json: options.AsJson = False,
) -> None:
    """Compare the pass rates of two runs on what both have, and list changed verdicts."""
    from harness.cli._render import run_id_of
    from harness.quality.compare import compare_runs
    from harness.settings import load_settings
    from harness.store import open_store

    names = run_id_of(before), run_id_of(after)
    with open_store(load_settings().store_url) as store:
        found = compare_runs(names, *(_seen(store, name) for name in names))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _print(found, most)


def _seen(store: Store, run_id: str) -> list[Seen]:
    from harness.quality.compare import Seen

    return [
        Seen(response_id=key, task_id=task, language=language, model=model, verdict=verdict)
        for key, task, language, model, verdict in store.verdicts(run_id)
    ]


def _print(found: RunComparison, most: int) -> None:
    from rich.text import Text

    console = options.console()
    console.print(f"{found.before} → {found.after}, by {found.pairing}")
    console.print(_rates(found))
    for part in found.differences:
        if part.undefined:
            console.print(Text(part.undefined, "dim"))
    if found.changes:
        console.print()
        console.print(_changes(found.changes[:most]))
        if len(found.changes) > most:
            console.print(
                f"{len(found.changes) - most:,} more changed verdicts: --changes N, --json"
            )
    for number, words in (
        (found.only_before, f"only in {found.before}"),
        (found.only_after, f"only in {found.after}"),
        (found.harness_errors, "left out: harness errors"),
    ):
        if number:
            console.print(Text(f"{number:,} {words}", "dim"))


def _rates(found: RunComparison) -> Table:
    from rich.table import Table

    from harness.reporting.text import percent
    from harness.reporting.words import LANGUAGES

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("language")
    for name in ("tasks", "pairs", "before", "after", "difference", "95 %", "gained", "lost", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    for part in found.differences:
        if part.difference is None:
            continue
        limits = "–"
        if part.low is not None and part.high is not None:
            limits = f"{100 * part.low:+.1f} … {100 * part.high:+.1f}"
        table.add_row(
            LANGUAGES[part.language] if part.language else "all",
            f"{part.tasks:,}", f"{part.pairs:,}", percent(part.before), percent(part.after),
            f"{100 * part.difference:+.1f}", limits, f"{part.gained:,}", f"{part.lost:,}",
            "–" if part.p_value is None else f"{part.p_value:.2g}",
        )  # fmt: skip
    return table


def _changes(changes: tuple[Change, ...]) -> Table:
    from rich.table import Table
    from rich.text import Text

    from harness.reporting.text import one_line
    from harness.reporting.words import verdict_word

    table = Table("was", "is", "response", "task", box=None, pad_edge=False, header_style="dim")
    for one in changes:
        cells = (
            verdict_word(one.before), verdict_word(one.after), one_line(one.response_id, 44),
            one_line(one.task_id, 28),
        )  # fmt: skip
        table.add_row(*map(Text, cells))
    return table
