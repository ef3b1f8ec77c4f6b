"""The index's table of responses: compact rows, failures first, both kinds capped."""

from __future__ import annotations

from markupsafe import Markup

from harness.models import CaseResult, Result, Verdict
from harness.reporting.html import data_block
from harness.reporting.summary import Summary
from harness.reporting.text import one_line, trusted
from harness.reporting.words import ICONS, LANGUAGES, MEANINGS, verdict_word

FAILURES_SHOWN = 5_000
PASSED_SHOWN = 5_000
_VERDICTS = tuple(Verdict)


class RowTable:
    """Collects rows while results stream by and turns them into the page's data block.

    Models and tasks are named by number: names are hostile, long, and repeat.
    """

    def __init__(self, summary: Summary) -> None:
        self._groups = {(g.model, g.language): n for n, g in enumerate(summary.groups)}
        self.models = model_numbers(summary)
        self.tasks: dict[str, int] = {}
        self._summary = summary
        self._failures: list[str] = []  # rows as JSON already: a tenth of the memory
        self._passed: list[str] = []

    def add(self, result: Result, page: str) -> None:
        """Add a result's row; ``page`` is "" where it has no page of its own."""
        task = self.tasks.setdefault(result.task_id, len(self.tasks))
        passed = result.verdict is Verdict.PASSED
        rows, limit = (self._passed, PASSED_SHOWN) if passed else (self._failures, FAILURES_SHOWN)
        if len(rows) < limit:
            rows.append(data_block(self._row(result, page, task)))

    def render(self) -> Markup:
        """The data block that index.js reads."""
        rows = ",".join(self._failures + self._passed)
        rest = data_block(self._names())
        return trusted(f'{{"rows":[{rows}],{rest[1:]}')

    def _names(self) -> dict[str, object]:
        summary = self._summary
        return {
            "groups": [[self.models[g.model], g.language.value] for g in summary.groups],
            "models": [one_line(model, 120) or "(no name)" for model in self.models],
            "languages": {language.value: word for language, word in LANGUAGES.items()},
            "tasks": [one_line(task, 120) for task in self.tasks],
            "verdicts": [[v.value, ICONS[v], verdict_word(v)] for v in _VERDICTS],
            "failures": summary.responses - summary.passed,
            "failuresShown": len(self._failures),
            "passed": summary.passed,
            "passedShown": len(self._passed),
            "flagsLeftOut": summary.flags_left_out,
        }

    def _row(self, result: Result, page: str, task: int) -> list[object]:
        return [
            page.removesuffix(".html"),
            one_line(result.response_id, 160),
            task,
            self._groups[result.model, result.language],
            _VERDICTS.index(result.verdict),
            sum(case.verdict is Verdict.PASSED for case in result.cases),
            len(result.cases),
            round(result.cpu_s, 5),
            round(result.wall_s, 5),
            len(result.flags),
            one_line(_what_happened(result)),
        ]


def model_numbers(summary: Summary) -> dict[str, int]:
    """Number of each model, in the order of the summary's groups."""
    return {model: n for n, model in enumerate(dict.fromkeys(g.model for g in summary.groups))}


def _what_happened(result: Result) -> str:
    """The most telling line there is: our message, the first bad case, the first build error."""
    bad = next((case for case in result.cases if case.verdict is not Verdict.PASSED), None)
    if result.message or result.verdict is Verdict.PASSED:
        return result.message
    if bad:
        return f"{one_line(bad.name, 40)}: {bad.message or _difference(bad)}"
    if result.build_log:
        lines = result.build_log[:4000].splitlines()
        return next((line for line in lines if "error" in line.lower()), lines[0])
    return MEANINGS[result.verdict]


def _difference(case: CaseResult) -> str:
    if case.verdict is not Verdict.FAILED:
        return MEANINGS[case.verdict]
    return f"expected {one_line(case.expected, 60)}, got {one_line(case.actual, 60) or 'nothing'}"
