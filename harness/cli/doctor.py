"""``harness doctor``: is everything a run needs in place?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

_CANNOT_RUN = 4
_MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def register(app: typer.Typer) -> None:
    """Add the ``doctor`` command."""
    app.command("doctor")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Check that a run can work on this machine.

    Looks at the engine, its limits, disk, memory, clock and images; every problem comes with
    its fix. Exits with 4 if a run could not work.
    """
    from harness.sandbox.doctor import Status, examine

    findings = examine()
    failed = [finding for finding in findings if finding.status is Status.FAIL]
    if as_json:
        rows = [asdict(finding) for finding in findings]
        report = {"schema_version": 1, "can_run": not failed, "findings": rows}
        typer.echo(json.dumps(report, indent=2))
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            mark, colour = _MARKS[finding.status]
            typer.echo(f"{typer.style(mark, fg=colour)} {finding.name:<{width}}  {finding.detail}")
            if finding.fix:
                typer.echo(f"  {'':<{width}}  fix: {finding.fix}")
        problems = sum(finding.status is not Status.OK for finding in findings)
        typer.echo(_verdict(len(failed), problems))
    raise typer.Exit(_CANNOT_RUN if failed else 0)


def _verdict(failed: int, problems: int) -> str:
    if failed:
        return f"a run cannot work: {failed} to fix first"
    return "ready" if not problems else f"ready; {problems} worth a look"
