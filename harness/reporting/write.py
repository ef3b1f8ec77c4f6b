"""Writes a run's folder: results.jsonl, summary.json, junit.xml, flags.sarif and the pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.errors import InputError
from harness.flags.sarif import SarifWriter
from harness.models import InvalidRow, Record, Result, RunInfo, Task, Verdict
from harness.reporting.files import replacing, replacing_folder
from harness.reporting.html import asset
from harness.reporting.index import render_index
from harness.reporting.junit import JunitWriter
from harness.reporting.page import render_page
from harness.reporting.pictures import place_pictures
from harness.reporting.rows import RowTable
from harness.reporting.summary import Results, Summary
from harness.reporting.text import page_name

STYLE = "report.css"
SARIF = "flags.sarif"


def write_report(
    run: RunInfo,
    summary: Summary,
    results: Results,
    invalid: Iterable[InvalidRow],
    tasks: Mapping[str, Task],
    out_dir: Path,
    *,
    passed_pages: bool = True,
    home: Path | None = None,
) -> Path:
    """Write the whole report into ``out_dir`` and return the path of its index.html.

    results is read again, as a stream, and must be what ``summary`` was made from. Every file
    takes its place only when complete, index.html last, so a killed render leaves the old
    report or a report that can be rendered again. passed_pages False: pages for failures only.
    home: where screenshots are kept (HARNESS_HOME).
    Raises InputError where the folder cannot be written.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        table = _stream(run, summary, results, tasks, out_dir, passed_pages, home)
        _write_small(run, summary, list(invalid), table, out_dir)
    except OSError as error:
        raise _unwritable(error, out_dir) from error
    return out_dir / "index.html"


def write_data(
    summary: Summary, results: Results, invalid: Iterable[InvalidRow], out_dir: Path
) -> Path:
    """Write only what a script reads (results.jsonl, summary.json, flags.sarif, invalid.jsonl).

    Returns the path of results.jsonl. Raises InputError like write_report.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with (
            replacing(out_dir / "results.jsonl") as lines,
            replacing(out_dir / SARIF) as log,
        ):
            flags = SarifWriter(log)
            for result in results():
                lines.write(json_line(result))
                flags.add(result)
            flags.finish()
        _write_figures(summary, list(invalid), out_dir)
    except OSError as error:
        raise _unwritable(error, out_dir) from error
    return out_dir / "results.jsonl"


def _unwritable(error: OSError, out_dir: Path) -> InputError:
    return InputError(
        f"the report cannot be written: {error.strerror or error}",
        file=error.filename or out_dir,
        fix="free some space or name a writable folder with --out, then run `harness report`",
    )


def _stream(
    run: RunInfo,
    summary: Summary,
    results: Results,
    tasks: Mapping[str, Task],
    out_dir: Path,
    passed_pages: bool,
    home: Path | None,
) -> RowTable:
    """The one pass over all rows that feeds everything which is as long as the run."""
    table = RowTable(summary)
    with ExitStack() as stack:
        parts = Path(stack.enter_context(TemporaryDirectory(prefix=".junit-", dir=out_dir)))
        junit = JunitWriter(summary, parts)
        lines = stack.enter_context(replacing(out_dir / "results.jsonl"))
        flags = SarifWriter(stack.enter_context(replacing(out_dir / SARIF)))
        pages = stack.enter_context(replacing_folder(out_dir / "responses"))
        for result, previous, following in _with_neighbours(results):
            lines.write(json_line(result))
            junit.add(result)
            flags.add(result)
            if passed_pages or result.verdict is not Verdict.PASSED:
                name = page_name(result)
                html = render_page(
                    result,
                    tasks.get(result.task_id),
                    run_id=run.run_id,
                    previous=previous,
                    next_page=following,
                    pictures=place_pictures(result, home, pages),
                )
                (pages / name).write_text(html, encoding="utf-8", errors="backslashreplace")
                table.add(result, name)
            else:
                table.add(result, "")
        junit.finish(out_dir / "junit.xml")
        flags.finish()
    return table


def _write_small(
    run: RunInfo, summary: Summary, invalid: list[InvalidRow], table: RowTable, out_dir: Path
) -> None:
    (out_dir / "assets").mkdir(exist_ok=True)
    with replacing(out_dir / "assets" / STYLE) as out:
        out.write(asset(STYLE))
    _write_figures(summary, invalid, out_dir)
    with replacing(out_dir / "index.html") as out:
        out.write(render_index(run, summary, table))


def _write_figures(summary: Summary, invalid: list[InvalidRow], out_dir: Path) -> None:
    if invalid:
        with replacing(out_dir / "invalid.jsonl") as out:
            for row in invalid:
                out.write(json.dumps({"schema_version": 1, **row.model_dump(mode="json")}) + "\n")
    else:
        (out_dir / "invalid.jsonl").unlink(missing_ok=True)
    with replacing(out_dir / "summary.json") as out:
        out.write(json.dumps(summary.model_dump(mode="json"), indent=2) + "\n")


def json_line(record: Record) -> str:
    """One line of JSONL; text that UTF-8 cannot hold (lone surrogates) is escaped."""
    try:
        return record.model_dump_json() + "\n"
    except ValueError:  # pydantic-core refuses lone surrogates
        return json.dumps(record.model_dump(mode="python"), default=str) + "\n"


def _with_neighbours(results: Results) -> Iterator[tuple[Result, str | None, str | None]]:
    """Each result with the page names of the nearest failures before and after it.

    A second iterator runs ahead to the next failure: twice the reading, but no list of rows.
    """
    ahead = _failures(results)
    upcoming = next(ahead, None)
    previous: str | None = None
    for position, result in enumerate(results()):
        if upcoming and upcoming[0] == position:
            here = upcoming[1]
            upcoming = next(ahead, None)
            yield result, previous, upcoming[1] if upcoming else None
            previous = here
        else:
            yield result, previous, upcoming[1] if upcoming else None


def _failures(results: Results) -> Iterator[tuple[int, str]]:
    for position, result in enumerate(results()):
        if result.verdict is not Verdict.PASSED:
            yield position, page_name(result)
