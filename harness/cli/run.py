"""``harness run``: evaluate responses and write the report."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.intake import TaskSet
    from harness.pipeline import RunOptions, RunReport
    from harness.settings import Settings
    from harness.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    tasks: Annotated[Path, typer.Argument(metavar="TASKS", help="Task folder or task file.")],
    responses: Annotated[
        list[Path] | None,
        typer.Option(
            "--responses",
            "-r",
            metavar="FILE",
            help="File or folder of responses; may be repeated.",
        ),
    ] = None,
    format_name: options.FormatName = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Report folder; reports/RUN_ID if left out."
        ),
    ] = None,
    workers: options.Workers = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="local", help="Where jobs are spread.")
    ] = "local",
    isolation: options.Isolation = None,
    runtime: options.Runtime = None,
    time_limit: options.TimeLimit = None,
    memory_limit: options.MemoryLimit = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="Evaluate at most N responses."),
    ] = None,
    filter_: Annotated[
        str | None,
        typer.Option("--filter", metavar="GLOB", help="Only matching task or response ids."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="LANG", help="Only tasks of this language.")
    ] = None,
    stop_early: Annotated[
        bool, typer.Option("--stop-early", help="Stop a response at its first failing case.")
    ] = False,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--rerun",
            help="Continue an unfinished run of the same inputs (done anyway where there is one), "
            "or evaluate everything anew, ignoring earlier results.",
        ),
    ] = None,
    examples: options.Examples = None,
    flags: options.Flags = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if any row could not be evaluated.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report/--no-report", help="Write HTML pages too, or only data files.")
    ] = True,
    as_json: options.AsJson = False,
) -> None:
    """Evaluate responses in Docker sandboxes and write a report.

    Without --responses the responses bundled with the tasks are evaluated. Low pass rates are
    no error: the exit code is 0 when every row was evaluated or recorded as invalid.
    """
    from harness.errors import UsageError
    from harness.pipeline import RunOptions

    options.language(language)
    if engine != "local":
        raise UsageError(f"--engine {engine} is not known", fix="use --engine local")
    run_options = RunOptions(
        tasks_path=options.existing(tasks),
        responses=tuple(options.existing(path) for path in responses or ()),
        format=format_name,
        filter=filter_,
        language=language,
        limit=limit,
        rerun=resume is False,
        early_stop=stop_early,
        command=" ".join(["harness", *sys.argv[1:]]),
    )
    settings = options.settings_with(
        workers, isolation, time_limit, memory_limit, runtime, examples=examples, flags=flags
    )
    _run(run_options, settings, out, resume=resume, report=report, as_json=as_json, strict=strict)


def _run(
    run_options: RunOptions,
    settings: Settings,
    out: Path | None,
    *,
    resume: bool | None = None,
    report: bool = True,
    as_json: bool = False,
    strict: bool = False,
) -> None:
    from harness.intake import load_tasks, require_readable
    from harness.store import open_store

    task_set = load_tasks(run_options.tasks_path, options.task_format(run_options.format))
    _require_tasks(task_set)
    require_readable(run_options.responses, run_options.format)
    options.writable_folder(settings.home, "HARNESS_HOME")
    if out is not None:
        options.writable_folder(out, "--out")
    with open_store(settings.store_url) as store:
        done = evaluate(run_options, settings, store, task_set, out, resume=resume)
        folder = out or Path("reports") / done.run_id
        if not run_options.responses and not as_json:
            typer.echo(as_named(store, done.run_id))
        _conclude(store, done, folder, report=report, as_json=as_json)
    if strict and done.invalid:
        raise typer.Exit(1)


def _require_tasks(task_set: TaskSet) -> None:
    """Where nothing could be read, say what is wrong with it. Raises InputError."""
    from harness.errors import InputError

    if task_set.invalid and not task_set.tasks:
        row, more = task_set.invalid[0], len(task_set.invalid) - 1
        also = f" (and {more} more that cannot be read)" if more else ""
        raise InputError(f"{row.reason}{also}", file=row.file, line=row.line)


def _to_resume(
    store: Store, run_options: RunOptions, settings: Settings, wanted: bool | None
) -> str | None:
    from harness.errors import InputError
    from harness.pipeline.run import find_unfinished

    if wanted is False:
        return None
    found = find_unfinished(store, run_options, settings)
    if wanted and found is None:
        raise InputError("no unfinished run of these inputs and settings", fix="leave --resume out")
    return found


def evaluate(
    run_options: RunOptions,
    settings: Settings,
    store: Store,
    task_set: TaskSet,
    out: Path | None,
    *,
    resume: bool | None = None,
) -> RunReport:
    """Run the responses with progress on stderr; an unfinished run of the same is continued.

    resume: True insists on there being one, False starts anew.
    """
    from rich.console import Console

    from harness.cli._live import LiveResults
    from harness.cli._progress import RunProgress
    from harness.pipeline import run_batch

    gc.freeze()  # what is imported by now stays

    console = Console(stderr=True)
    previous = _to_resume(store, run_options, settings, resume)
    if previous:
        console.print(f"continuing run {previous}", highlight=False)
    with RunProgress(console, _total(run_options)) as progress, LiveResults(out) as live:
        return run_batch(
            run_options,
            settings,
            store,
            task_set,
            resume=previous,
            progress=progress,
            images_progress=progress.note,
            on_commit=live.append,
        )


def _total(run_options: RunOptions) -> int | None:
    """How many responses there will be, if that can be told before reading them."""
    from harness.intake.count import count_responses

    if run_options.filter or run_options.language:
        return None
    found = count_responses(run_options.responses, run_options.tasks_path)
    limits = [number for number in (found, run_options.limit) if number is not None]
    return min(limits, default=None)


def _conclude(store: Store, done: RunReport, folder: Path, *, report: bool, as_json: bool) -> None:
    from harness.cli._render import render
    from harness.reporting import render_terminal

    if not done.done + done.resumed:
        typer.echo("nothing was evaluated: no response is left; check --responses and --filter",
                   err=True)  # fmt: skip
    summary, main = render(store, done.run_id, folder, pages=report)
    if as_json:
        typer.echo(summary.model_dump_json())
    else:
        render_terminal(summary, options.console(), main)


def as_named(store: Store, run_id: str) -> str:
    """Bundled responses are named after what should become of them: did it?"""
    from harness.models import Verdict

    right = total = 0
    for result in store.results(run_id):
        should_pass = result.response_id.rpartition("#")[2].startswith("right_")
        right += should_pass == (result.verdict is Verdict.PASSED)
        total += 1
    return (
        f"{right} of {total} bundled responses judged as named: "
        "right_… passes, wrong_… and broken_… do not"
    )
