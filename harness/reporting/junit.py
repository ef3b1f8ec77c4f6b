"""junit.xml: one testsuite per model and language, one testcase per response."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from harness.models import Result, Verdict
from harness.reporting.files import replacing
from harness.reporting.summary import GroupSummary, Summary
from harness.reporting.text import plain
from harness.reporting.words import verdict_word

_HELD = 2_000  # testcases in memory before they move to their suite's file
_DETAIL_CHARS = 2_000


class JunitWriter:
    """Takes results in any order; the file needs them by suite, so suites collect on disk."""

    def __init__(self, summary: Summary, folder: Path) -> None:
        """Use ``folder`` (existing, private) for the parts."""
        self._summary = summary
        self._folder = folder
        self._suites = {
            (group.model, group.language.value): number
            for number, group in enumerate(summary.groups)
        }
        self._held: dict[int, list[str]] = {}
        self._count = 0

    def add(self, result: Result) -> None:
        """Add one testcase; the summary must have counted this result."""
        suite = self._suites[result.model, result.language.value]
        self._held.setdefault(suite, []).append(_testcase(result))
        self._count += 1
        if self._count % _HELD == 0:
            self._flush()

    def finish(self, path: Path) -> None:
        """Write the whole document to ``path``, replacing it at once."""
        self._flush()
        summary = self._summary
        failures = summary.responses - summary.passed - summary.harness_errors
        with replacing(path) as out:
            out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
            out.write(
                f'<testsuites{_attr("name", summary.run_id)} tests="{summary.responses}" '
                f'failures="{failures}" errors="{summary.harness_errors}" '
                f'time="{summary.wall.total_s:.3f}">\n'
            )
            for number, group in enumerate(summary.groups):
                out.write(_suite_head(group, summary.started_at))
                out.writelines(self._parts(number))
                out.write("</testsuite>\n")
            out.write("</testsuites>\n")

    def _flush(self) -> None:
        for suite, cases in self._held.items():
            with self._part(suite).open("a", encoding="utf-8") as out:
                out.writelines(cases)
        self._held.clear()

    def _parts(self, suite: int) -> Iterator[str]:
        if self._part(suite).exists():
            with self._part(suite).open(encoding="utf-8") as lines:
                yield from lines

    def _part(self, suite: int) -> Path:
        return self._folder / f"suite-{suite}.xml"


def _suite_head(group: GroupSummary, started_at: str) -> str:
    failures = group.responses - group.passed - group.harness_errors
    name = f"{group.model} · {group.language.value}"
    return (
        f'<testsuite{_attr("name", name)} tests="{group.responses}" failures="{failures}" '
        f'errors="{group.harness_errors}" skipped="0" time="{group.wall.total_s:.3f}"'
        f"{_attr('timestamp', started_at)}>\n"
    )


def _testcase(result: Result) -> str:
    head = (
        f"<testcase{_attr('classname', f'{result.language.value}.{result.task_id}')}"
        f'{_attr("name", result.response_id)} time="{result.wall_s:.3f}"'
    )
    if result.verdict is Verdict.PASSED:
        return head + "/>\n"
    tag = "error" if result.verdict is Verdict.HARNESS_ERROR else "failure"
    message = f"{verdict_word(result.verdict)}: {result.message or _first_bad(result)}"
    body = escape(plain(_detail(result)))
    return (
        f"{head}><{tag}{_attr('type', result.verdict.value)}{_attr('message', message[:300])}>"
        f"{body}</{tag}></testcase>\n"
    )


def _first_bad(result: Result) -> str:
    bad = next((case for case in result.cases if case.verdict is not Verdict.PASSED), None)
    return (bad.message or f"case {bad.name}") if bad else ""


def _detail(result: Result) -> str:
    parts = [result.build_log[:_DETAIL_CHARS]] if result.build_log else []
    for case in [case for case in result.cases if case.verdict is not Verdict.PASSED][:3]:
        fields = (("input", case.input), ("expected", case.expected), ("actual", case.actual),
                  ("message", case.message), ("stderr", case.stderr))  # fmt: skip
        shown = [f"  {name}: {text[:_DETAIL_CHARS]}" for name, text in fields if text]
        parts.append("\n".join([f"case {case.name}: {verdict_word(case.verdict)}", *shown]))
    return "\n".join(parts)


def _attr(name: str, value: str) -> str:
    return f" {name}={quoteattr(plain(value))}"
