"""``harness review``: projects, their items and their people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options
from harness.cli._review_people import erase, invite, users
from harness.cli._review_serve import serve
from harness.cli._review_tokens import token

if TYPE_CHECKING:
    from harness.models.review import NewProject
    from harness.models.rubric import Rubric
    from harness.review.importing import ImportOptions, ImportReport

RunName = Annotated[str, typer.Argument(metavar="RUN", help="A run's id or its report folder.")]
Policy = Annotated[
    str,
    typer.Option(
        "--policy",
        metavar="all|sampled|mixed|same|near-ties",
        help="Which responses to a task are set side by side; mixed prefers different verdicts.",
    ),
]
Most = Annotated[
    int | None,
    typer.Option(
        "--max-per-task",
        metavar="N",
        min=1,
        help="Items of one task at most; 3 if left out, with --policy all as many as there are.",
    ),
]
Size = Annotated[
    int | None,
    typer.Option(
        "--responses",
        metavar="N",
        min=1,
        max=4,
        help="Responses of one item; what the rubric is made for if left out.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", help="The same seed chooses the same items.")
]
DEFAULT_POLICY = "mixed"
_OPTIONS = {
    "slug": "NAME", "flag_policy": "--flags", "expected_minutes": "--minutes",
    "lock_minutes": "--lock-minutes", "overlap": "--overlap",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the ``review`` group."""
    group = typer.Typer(no_args_is_help=True, help="Let people judge responses.")
    group.command("init")(init)
    group.command("import")(import_)
    group.command("invite")(invite)
    group.command("users")(users)
    group.command("erase")(erase)
    group.command("token")(token)
    group.command("serve")(serve)
    app.add_typer(group, name="review")


def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Lower case, digits and hyphens.")],
    run: Annotated[
        str, typer.Option("--from-run", metavar="RUN", help="A run's id or its report folder.")
    ],
    policy: Policy = DEFAULT_POLICY,
    rubric: Annotated[
        str | None,
        typer.Option("--rubric", metavar="R", help="Its id, id@version or file."),
    ] = None,
    most: Most = None,
    size: Size = None,
    seed: Seed = 0,
    title: Annotated[str | None, typer.Option("--title", help="What people see.")] = None,
    description: Annotated[str, typer.Option("--description", help="What it is about.")] = "",
    requirements: Annotated[
        str, typer.Option("--requirements", help="What people should know or have.")
    ] = "",
    deliverables: Annotated[
        str, typer.Option("--deliverables", help="What is wanted for each item.")
    ] = "",
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", metavar="M", help="How long an item takes, by your guess."),
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="L", help="Only these; may be given several times."),
    ] = None,
    guidelines: Annotated[
        Path | None,
        typer.Option("--guidelines", metavar="FILE", help="Markdown that people read first."),
    ] = None,
    overlap: Annotated[
        int, typer.Option("--overlap", metavar="N", min=1, max=100, help="Judgments of each item.")
    ] = 1,
    flags: Annotated[
        str,
        typer.Option(
            "--flags",
            metavar="hidden-first|shown|never",
            help="When flags are shown; hidden-first waits for a first preference.",
        ),
    ] = "hidden-first",
    lock_minutes: Annotated[
        float,
        typer.Option("--lock-minutes", metavar="M", help="How long an abandoned claim holds."),
    ] = 30.0,
    as_json: options.AsJson = False,
) -> None:
    """Make a review project from the responses of a run."""
    from harness.models.review import NewProject
    from harness.review.importing import add_plan, plan_import
    from harness.rubrics import DEFAULT, find_rubric
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    settings = load_settings()
    found = find_rubric(rubric or DEFAULT, settings.rubrics_folder)
    how = _how(found, policy, most, size, seed)
    new = _checked(
        NewProject,
        slug=name, title=title or name, description=description, requirements=requirements,
        deliverables=deliverables, expected_minutes=minutes,
        languages=tuple(filter(None, map(options.language, languages or ()))),
        guidelines=found.guidelines if guidelines is None else _text_of(guidelines),
        overlap=overlap, flag_policy=flags, lock_minutes=lock_minutes,
        rubric_ref=str(found.ref), rubric_digest=found.digest,
        rubric=found.model_dump(mode="json", exclude_defaults=True),
    )  # fmt: skip
    with open_store(settings.store_url) as store:
        review = review_of(store)
        # First what can fail for want of responses, so that no empty project is left.
        plan = plan_import(store, _run_id(run), new.languages, how)
        project = review.create_project(new)
        report = add_plan(review, project.slug, plan)
    _print_import(project.slug, report, as_json)


def import_(
    run: RunName,
    project: Annotated[str, typer.Option("--project", metavar="NAME", help="Which project.")],
    policy: Policy = DEFAULT_POLICY,
    most: Most = None,
    size: Size = None,
    seed: Seed = 0,
    as_json: options.AsJson = False,
) -> None:
    """Add responses of another run to a project; what is there already is left alone."""
    from harness.models.rubric import Rubric
    from harness.review.importing import add_plan, plan_import
    from harness.settings import load_settings
    from harness.store import open_store, review_of

    with open_store(load_settings().store_url) as store:
        review = review_of(store)
        into = review.project(project)
        how = _how(Rubric.model_validate_json(json.dumps(into.rubric)), policy, most, size, seed)
        plan = plan_import(store, _run_id(run), into.languages, how)
        report = add_plan(review, project, plan)
    _print_import(project, report, as_json)


def _run_id(run: str) -> str:
    from harness.cli._render import run_id_of

    return run_id_of(run)


def _how(
    rubric: Rubric, policy: str, most: int | None, size: int | None, seed: int
) -> ImportOptions:
    """How items are made. Raises UsageError for what does not fit the rubric."""
    from harness.errors import UsageError
    from harness.models.rubric import Mode
    from harness.quality.pairing import PairPolicy
    from harness.review.importing import DEFAULT_MOST, ImportOptions

    if policy not in set(PairPolicy):
        known = ", ".join(PairPolicy)
        raise UsageError(f"--policy {policy} is not known", fix=f"use one of {known}")
    usual = {Mode.SINGLE: 1, Mode.PAIRWISE: 2, Mode.RANKING: 3}[rubric.mode]
    chosen = size or usual
    fits = chosen == usual or (rubric.mode is Mode.RANKING and chosen > 1)
    if not fits:
        raise UsageError(
            f"--responses {chosen}: {rubric.ref} is made for {usual}",
            fix="leave --responses out, or choose another --rubric",
        )
    if most is None and policy != PairPolicy.ALL.value:
        most = DEFAULT_MOST
    return ImportOptions(policy=PairPolicy(policy), size=chosen, most=most, seed=seed)


def _checked(kind: type[NewProject], **values: object) -> NewProject:
    from pydantic import ValidationError

    from harness.errors import UsageError

    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        option = _OPTIONS.get(str(first["loc"][0]), str(first["loc"][0]))
        raise UsageError(
            f"{option}: {first['msg']}", fix="see harness review init --help"
        ) from None


def _text_of(file: Path) -> str:
    from harness.errors import InputError

    try:
        return options.existing(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read as text", file=file, fix="save it as UTF-8") from error


def _print_import(slug: str, report: ImportReport, as_json: bool) -> None:
    if as_json:
        shown = {"schema_version": 1, "project": slug, **report.model_dump()}
        typer.echo(json.dumps(shown, indent=2))
        return
    typer.echo(
        f"{slug}: {report.added} items added from {report.responses} responses to "
        f"{report.tasks} tasks"
    )
    notes = [f"{count} {reason}" for reason, count in report.left_out.items()]
    if report.skipped:
        notes.append(f"{report.skipped} items that were there already")
    if report.without_text:
        notes.append(f"{report.without_text} responses show code only: their files are gone")
    for note in notes:
        typer.echo(f"  {note}", err=True)
