"""``harness export``: preference data from judgments or from verdicts."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options
from harness.cli._export_text import final, moment_of, options_of, print_done, split_of

if TYPE_CHECKING:
    from harness.exports import Done, ExportOptions
    from harness.store import Store

Many = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    project: Annotated[
        str | None, typer.Argument(metavar="PROJECT", help="A review project's name.")
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--from-run",
            metavar="RUN",
            help="Pairs from the verdicts of a run instead: pass over fail, more cases over fewer.",
        ),
    ] = None,
    label_studio: Annotated[
        Path | None,
        typer.Option(
            "--from-label-studio",
            metavar="FILE",
            help="Judgments out of a Label Studio task file instead (JSON or JSONL).",
        ),
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", "-f", metavar="F", help="Format; see docs/exports.md.")
    ] = "trl-dpo-chat",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="New folder; exports/NAME-F if left out."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier export in that folder.")
    ] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="Parquet instead of JSONL.")] = False,
    language: Annotated[
        Many, typer.Option("--language", metavar="L", help="Only these; may be repeated.")
    ] = None,
    task: Annotated[
        Many, typer.Option("--task", metavar="GLOB", help="Only tasks of these ids; repeatable.")
    ] = None,
    model: Annotated[
        Many,
        typer.Option("--model", metavar="M", help="Only items with a response of one of these."),
    ] = None,
    verdict: Annotated[
        Many,
        typer.Option("--verdict", metavar="V", help="Only items with a response that ended so."),
    ] = None,
    annotator: Annotated[
        Many,
        typer.Option("--annotator", metavar="WHO", help="Only judgments by them: id or e-mail."),
    ] = None,
    state: Annotated[
        Many, typer.Option("--state", metavar="S", help="Only items in one of these states.")
    ] = None,
    only_final: Annotated[
        bool, typer.Option("--only-final", help="Only items whose state is final.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only judgments from then on, UTC."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Only judgments before, UTC.")
    ] = None,
    min_agreement: Annotated[
        float,
        typer.Option("--min-agreement", metavar="SHARE", help="Share of judgments behind it, 0-1."),
    ] = 0.0,
    min_preference: Annotated[
        float, typer.Option("--min-preference", metavar="N", help="Weakest preference, 0-3.")
    ] = 0.0,
    aggregate: Annotated[
        str,
        typer.Option(
            "--aggregate",
            metavar="majority|mean|expert|each",
            help="What several judgments of one item become.",
        ),
    ] = "majority",
    corrections: Annotated[
        str,
        typer.Option(
            "--corrections",
            metavar="off|add|only",
            help="Pairs of a corrected response over the original.",
        ),
    ] = "off",
    require_pass: Annotated[
        bool,
        typer.Option("--require-pass-chosen", help="Leave out what is chosen and does not pass."),
    ] = False,
    conflicts: Annotated[
        str,
        typer.Option(
            "--conflicts",
            metavar="report|drop|refuse",
            help="Pairs whose chosen response fails its tests while the rejected one passes: keep "
            "and list them, leave them out, or write nothing.",
        ),
    ] = "report",
    with_margin: Annotated[
        bool, typer.Option("--with-margin", help="Say how strong each preference is (trl-reward).")
    ] = False,
    split: Annotated[
        Many,
        typer.Option(
            "--split",
            metavar="NAME=SHARE",
            help="Set a share of the tasks apart, as test=0.1; repeatable. Tasks with nearly the "
            "same prompt stay together.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Decides the split.")] = 0,
    near: Annotated[
        float,
        typer.Option(
            "--near", metavar="SHARE", help="How alike prompts are that stay together; 1 is equal."
        ),
    ] = 0.7,
    most: Annotated[
        int,
        typer.Option(
            "--max-per-task", metavar="N", min=1, help="With --from-run: pairs of a task."
        ),
    ] = 10,
    flags_break_ties: Annotated[
        bool,
        typer.Option("--flags-break-ties", help="With --from-run: fewer strong flags win a tie."),
    ] = False,
    identities: Annotated[
        bool, typer.Option("--identities", help="Name annotators instead of hiding who they are.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write preference data with its manifest and dataset card.

    The folder appears whole or not at all; the same inputs give the same bytes.
    """
    from harness.errors import UsageError
    from harness.exports import find_export
    from harness.settings import load_settings
    from harness.store import open_store

    if sum(source is not None for source in (project, run, label_studio)) != 1:
        raise UsageError(
            "name one source", fix="harness export PROJECT, or --from-run RUN, or "
            "--from-label-studio FILE",
        )  # fmt: skip
    find_export(format_name)
    # What is imported stays, and rows are no cycles: looking for some costs a fifth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    settings = load_settings()
    with open_store(settings.store_url) as store:
        wanted = options_of(
            format=format_name, parquet=parquet, aggregate=aggregate, corrections=corrections,
            require_pass_chosen=require_pass, conflicts=conflicts, with_margin=with_margin,
            splits=[split_of(one) for one in split or ()], seed=seed, near=near, most_per_task=most,
            flags_break_ties=flags_break_ties, identities=identities,
            filters={
                "languages": language or (), "tasks": task or (), "models": model or (),
                "verdicts": verdict or (), "states": [*(state or ()), *final(only_final)],
                "annotators": _annotators(store, annotator or ()), "since": moment_of(since),
                "until": moment_of(until), "min_agreement": min_agreement,
                "min_preference": min_preference,
            },
        )  # fmt: skip
        done = _export(store, wanted, project, run, label_studio, out, overwrite=overwrite)
    print_done(done, as_json)


def _export(
    store: Store, wanted: ExportOptions, project: str | None, run: str | None,
    label_studio: Path | None, out: Path | None, *, overwrite: bool,
) -> Done:  # fmt: skip
    from harness.exports import export_label_studio, export_project, export_run, pseudonyms, salt_of
    from harness.settings import load_settings

    called = _called(store) if wanted.identities else pseudonyms(salt_of(load_settings().home))
    if run is not None:
        from harness.cli._render import run_id_of

        run_id = run_id_of(run)
        return export_run(store, run_id, wanted, _place(out, run_id, wanted), overwrite=overwrite)
    if label_studio is not None:
        place = _place(out, label_studio.stem, wanted)
        return export_label_studio(
            label_studio, wanted, place, pseudonym=called, overwrite=overwrite
        )
    assert project is not None
    place = _place(out, project, wanted)
    return export_project(store, project, wanted, place, pseudonym=called, overwrite=overwrite)


def _place(out: Path | None, name: str, wanted: ExportOptions) -> Path:
    return out or Path("exports") / f"{name}-{wanted.format}"


def _called(store: Store) -> Callable[[str], str]:
    """person_id → name and handle."""
    from harness.store import review_of

    names = {one.person_id: f"{one.name} <{one.handle}>" for one in review_of(store).people()}
    return lambda person_id: names.get(person_id, person_id)


def _annotators(store: Store, given: list[str] | tuple[str, ...]) -> list[str]:
    """Ids of people named by id or handle. Raises InputError."""
    from harness.errors import InputError
    from harness.store import review_of

    if not given:
        return []
    people = review_of(store).people()
    ids = {one.person_id: one.person_id for one in people}
    ids |= {one.handle.casefold(): one.person_id for one in people}
    for name in given:
        if name not in ids and name.casefold() not in ids:
            raise InputError(f"--annotator {name}: nobody", fix="see harness review users")
    return [ids.get(name) or ids[name.casefold()] for name in given]
