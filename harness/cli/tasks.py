"""``harness tasks list|show|check|import``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.pipeline.check import CheckReport

TaskPath = Annotated[
    Path | None,
    typer.Argument(metavar="PATH", help="Task folder or file; the bundled tasks if left out."),
]


def register(app: typer.Typer) -> None:
    """Add the ``tasks`` group."""
    group = typer.Typer(no_args_is_help=True, help="List, show, check and import tasks.")
    group.command("list")(list_)
    group.command("show")(show)
    group.command("check")(check)
    group.command("import")(import_)
    app.add_typer(group, name="tasks")


def _path(path: Path | None) -> Path:
    from harness.settings import bundled_tasks

    return options.existing(path) if path is not None else bundled_tasks()


def list_(
    path: TaskPath = None, format_name: options.FormatName = None, as_json: options.AsJson = False
) -> None:
    """List the tasks of a folder or file."""
    from rich.table import Table
    from rich.text import Text

    from harness.intake import load_tasks

    found = load_tasks(_path(path), format_name)
    if as_json:
        for task in found.tasks.values():
            shown = {
                "schema_version": 1, "task_id": task.task_id, "language": task.language,
                "kind": task.kind, "entry_point": task.entry_point, "cases": len(task.cases),
                "reference": task.reference is not None, "title": task.title,
            }  # fmt: skip
            typer.echo(json.dumps(shown))
    else:
        table = Table("task", "language", "kind", "entry point", "title", box=None, pad_edge=False)
        for task in found.tasks.values():
            cells = (task.task_id, task.language, task.kind, task.entry_point, task.title)
            table.add_row(*(Text(str(cell or "")) for cell in cells))
        options.console().print(table)
    if found.invalid:
        typer.echo(f"{len(found.invalid)} could not be read:", err=True)
    for row in found.invalid:
        typer.echo(f"{row.file}:{row.line}: {row.reason}", err=True)


def show(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Task folder or file.")],
    task_id: Annotated[
        str | None, typer.Argument(metavar="TASK", help="Which task, where there are several.")
    ] = None,
    format_name: options.FormatName = None,
) -> None:
    """Show a task as the harness understands it (JSON)."""
    from harness.errors import InputError
    from harness.intake import load_tasks

    tasks = load_tasks(options.existing(path), format_name).tasks
    if task_id is None and len(tasks) == 1:
        task_id = next(iter(tasks))
    if task_id is None or task_id not in tasks:
        some = ", ".join(list(tasks)[:5])
        raise InputError(f"which of {len(tasks)} tasks? ({some}, …)", file=path, fix="name one")
    typer.echo(json.dumps(tasks[task_id].model_dump(mode="json"), indent=2))


def check(
    path: TaskPath = None,
    format_name: options.FormatName = None,
    workers: options.Workers = None,
    isolation: options.Isolation = None,
    time_limit: options.TimeLimit = None,
    as_json: options.AsJson = False,
) -> None:
    """Prove that references pass and bundled responses do as named.

    A bundled response named right_… must pass, one named wrong_… or broken_… must not. Exits
    with 1 if a reference or a bundled response does not do as it should. Examples of prompts that
    the task's own reference contradicts are listed, and are no failure.
    """
    from harness.intake import load_tasks
    from harness.pipeline.check import check_tasks

    folder = _path(path)
    report = check_tasks(
        folder,
        load_tasks(folder, format_name),
        options.settings_with(workers, isolation, time_limit),
        progress=lambda text: typer.echo(text, err=True),
    )
    if as_json:
        typer.echo(json.dumps({"schema_version": 1, **report.as_json()}))
    else:
        _print_check(report)
    if not report.ok:
        raise typer.Exit(1)


def _print_check(report: CheckReport) -> None:
    for problem in report.problems:
        typer.echo(f"✗ {problem}")
    for one in report.prompt_defects:
        typer.echo(
            f"△ {one['task_id']}, {one['place']}: the reference gives {one['reference']} "
            f"for {one['call']}"
        )
    noun = "task" if report.tasks == 1 else "tasks"
    typer.echo(
        f"{report.tasks} {noun}: {report.reference_passed} of {report.with_reference} references "
        f"pass, {report.responses_right} of {report.responses} bundled responses do as named"
    )


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Task file of another format.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where to.")],
    format_name: options.FormatName = None,
) -> None:
    """Write the tasks of a file as task folders, to edit and keep."""
    from harness.intake import load_tasks
    from harness.intake.export import write_task_folder

    found = load_tasks(options.existing(file), format_name)
    for task in found.tasks.values():
        write_task_folder(task, out)
    for row in found.invalid:
        typer.echo(f"{row.file}:{row.line}: {row.reason}", err=True)
    typer.echo(f"{len(found.tasks)} tasks written to {out}, {len(found.invalid)} rows left out")
