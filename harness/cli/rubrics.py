"""``harness rubrics check|show|list``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from harness.rubrics import Loaded, RubricFault


def register(app: typer.Typer) -> None:
    """Add the ``rubrics`` group."""
    group = typer.Typer(no_args_is_help=True, help="Check, show and list rubrics.")
    group.command("check")(check)
    group.command("show")(show)
    group.command("list")(list_)
    app.add_typer(group, name="rubrics")


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Rubric files; all that are found if left out."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Say every mistake of rubric files, with its line, column and fix.

    Exits with 1 if there is one.
    """
    from harness.rubrics import SHIPPED, library, read_rubric, twins

    asked = [read_rubric(options.existing(file)) for file in files or ()]
    found = library(_own_folder())
    # A file that is asked about may be one that is found anyway.
    paths = {one.file.resolve() for one in asked}
    others = [one for one in found if one.file.resolve() not in paths]
    shown = asked or [one for one in found if one.file.parent != SHIPPED] or list(found)
    faults = {str(one.file): list(one.faults) for one in shown}
    for fault in twins([*others, *asked]):
        faults.setdefault(fault.file, []).append(fault)
    if as_json:
        rows = [_checked(one, faults[str(one.file)]) for one in shown]
        ok = not any(faults.values())
        typer.echo(json.dumps({"schema_version": 1, "ok": ok, "files": rows}, indent=2))
    else:
        _print_check(shown, faults)
    if any(faults.values()):
        raise typer.Exit(1)


def show(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="id, id@version or a file; pairwise-code if left out."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a rubric as the harness understands it."""
    from harness.cli._rubric_text import rubric_text
    from harness.rubrics import DEFAULT, find_rubric

    rubric = find_rubric(name or DEFAULT, _own_folder())
    if as_json:
        fields = rubric.model_dump(mode="json")
        shown = {"schema_version": 1, "digest": rubric.digest, **fields}
        typer.echo(json.dumps(shown, indent=2))
    else:
        typer.echo(rubric_text(rubric))


def list_(as_json: options.AsJson = False) -> None:
    """List the shipped rubrics and those of your own folder."""
    from harness.rubrics import library

    found = library(_own_folder())
    rows = [_listed(one) for one in found if one.rubric]
    if as_json:
        typer.echo(json.dumps({"schema_version": 1, "rubrics": rows}, indent=2))
    else:
        _print_list(rows)
    for one in found:
        if one.rubric is None:
            typer.echo(f"left out: {one.file}: harness rubrics check {one.file}", err=True)


def _own_folder() -> Path:
    from harness.settings import load_settings

    return load_settings().rubrics_folder


def _checked(one: Loaded, faults: list[RubricFault]) -> dict[str, object]:
    ref = str(one.rubric.ref) if one.rubric else None
    digest = one.rubric.digest if one.rubric else None
    problems = [fault.as_json() for fault in faults]
    return {"file": str(one.file), "rubric": ref, "digest": digest, "problems": problems}


def _print_check(shown: list[Loaded], faults: dict[str, list[RubricFault]]) -> None:
    for one in shown:
        if one.rubric and not faults[str(one.file)]:
            typer.echo(f"✓ {one.file}: {one.rubric.ref}, {one.rubric.title}")
    count = 0
    for found in faults.values():
        for fault in found:
            typer.echo(f"✗ {fault}")
            count += 1
    if count:
        typer.echo(f"{count} {'mistake' if count == 1 else 'mistakes'}")


def _listed(one: Loaded) -> dict[str, object]:
    from harness.rubrics import SHIPPED

    rubric = one.rubric
    assert rubric is not None
    return {
        "id": rubric.id, "version": rubric.version, "mode": rubric.mode.value,
        "languages": [language.value for language in rubric.languages], "title": rubric.title,
        "file": str(one.file), "shipped": one.file.parent == SHIPPED, "digest": rubric.digest,
    }  # fmt: skip


def _print_list(rows: list[dict[str, object]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table("rubric", "mode", "languages", "title", "from", box=None, pad_edge=False)
    for row in rows:
        languages = row["languages"]
        assert isinstance(languages, list)
        cells = (
            f"{row['id']}@{row['version']}", str(row["mode"]), ", ".join(languages) or "any",
            str(row["title"]), "shipped" if row["shipped"] else str(row["file"]),
        )  # fmt: skip
        table.add_row(*(Text(cell) for cell in cells))
    options.console().print(table)
