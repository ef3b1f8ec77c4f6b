"""What ``harness export`` reads out of its options, and what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from harness.exports import Done, ExportOptions


def final(only: bool) -> list[str]:
    """The states that ``--only-final`` means."""
    return ["final"] if only else []


def split_of(text: str) -> dict[str, object]:
    """A part of the tasks from NAME=SHARE. Raises UsageError."""
    from harness.errors import UsageError

    name, equals, share = text.partition("=")
    try:
        return {"name": name, "share": float(share if equals else "")}
    except ValueError:
        raise UsageError(f"--split {text}: not NAME=SHARE", fix="such as test=0.1") from None


def moment_of(text: str | None) -> float | None:
    """Epoch seconds of an ISO date or time, UTC if it does not say."""
    from harness.errors import UsageError

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is no date", fix="write 2030-01-31 or 2030-01-31T12:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def options_of(**values: object) -> ExportOptions:
    """The options of an export. Raises UsageError for a value that cannot be."""
    from pydantic import ValidationError

    from harness.errors import UsageError
    from harness.exports import ExportOptions

    try:
        return ExportOptions.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{place}: {first['msg']}", fix="see harness export --help") from None


def print_done(done: Done, as_json: bool) -> None:
    """Say what an export wrote, and what it left out and why."""
    counts = done.manifest["counts"]
    if as_json:
        shown = {"schema_version": 1, "folder": str(done.folder), "counts": counts,
                 "conflicts": done.manifest["conflicts"]}  # fmt: skip
        typer.echo(json.dumps(shown, indent=2))
        return
    for name, tally in counts["rows"].items():
        table = "" if name == "default" else f" ({name})"
        typer.echo(f"{done.folder}: {tally['out']} rows{table} of {tally['in']}")
        for reason, count in tally["dropped"].items():
            typer.echo(f"  {count} left out: {reason}", err=True)
    for kind in ("items", "judgments"):
        for reason, count in counts[kind]["dropped"].items():
            typer.echo(f"  {count} {kind} left out: {reason}", err=True)
    split = done.manifest["split"]
    for name in split["empty_parts"]:
        typer.echo(
            f"  no row fell to {name}: {split['tasks']} tasks are {split['groups']} groups of like "
            "prompts; try another --seed, a larger share or a higher --near",
            err=True,
        )
    if done.manifest["conflicts"]:
        page = done.folder / "conflicts.html"
        typer.echo(f"  {done.manifest['conflicts']} conflicts to look at: {page}", err=True)
