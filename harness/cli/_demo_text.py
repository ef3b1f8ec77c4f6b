"""The demo's story as a terminal tells it: chapters of at most 100 columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli._agreement_text import ranking_table, subjects_table
from harness.exports import Done, exports
from harness.models import Task
from harness.models.judged import Judged, Opinion
from harness.quality.agreement import AgreementReport
from harness.quality.ranking import Ranking
from harness.reporting import Summary, render_terminal
from harness.reporting.agreement import headline, reasons, share, share_rows
from harness.reporting.ranks import notes_of
from harness.reporting.text import one_line
from harness.reporting.words import LANGUAGES
from harness.review.pages.projects import said_in_words

WIDTH = 100
# Columns of a table besides the one that is cut to fit.
_BESIDE_TITLE, _BESIDE_WHAT = 60, 34
_SHARES = 4  # of what else decides: side, length, and verdicts


class Story:
    """Prints the chapters in their order."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(WIDTH, console.width)
        self.number = 0

    def chapter(self, title: str, text: str) -> None:
        """A numbered heading, and what it is about in a sentence or two."""
        self.number += 1
        self.console.print()
        self.console.print(Text(f"{self.number} · {title}", "bold"))
        self.say(text)

    def say(self, text: str) -> None:
        """A paragraph."""
        self.console.print(Text(text, "dim"), width=self.width)

    def line(self, text: str) -> None:
        """A line that is never broken: a path, a link, a command."""
        self.console.print(Text(text), soft_wrap=True)

    def show(self, table: Table) -> None:
        """A table."""
        self.console.print(table, width=self.width)

    def run(self, summary: Summary, as_named: str, report: Path) -> None:
        """What became of the responses, by language and model."""
        self.console.print(as_named, highlight=False)
        bare = {"groups": (), "rankings": (), "leaders": ()}
        render_terminal(summary.model_copy(update=bare), self.console)
        self.show(_passed(summary))
        self.line(f"report: {report}")

    def judged(self, judged: Judged, task_of: Callable[[str], Task]) -> None:
        """Who said what of each pair."""
        table = _table("language", "task", *judged.names.values(), right=0)
        said = {(one.item_id, one.person_id): one for one in judged.opinions}
        for item in judged.items:
            models = (item.responses[0].model, item.responses[1].model)
            cells = [_said(said.get((item.item_id, person)), models) for person in judged.names]
            task = task_of(item.item_id)
            title = one_line(task.title or task.task_id, self.width - _BESIDE_TITLE)
            table.add_row(LANGUAGES[item.language], title, *cells)
        self.show(table)

    def agreement(self, report: AgreementReport) -> None:
        """Agreement on every question, and what else decides."""
        group = report.groups[0]
        self.line(headline(group))
        self.show(subjects_table(group))
        table = _table("of decided votes, for …", "share", "95 %", "votes")
        for words, found in share_rows(report)[:_SHARES]:
            if found.value is not None:
                table.add_row(words, *share(found))
        self.show(table)
        for why in reasons(group):
            self.say(why)

    def ranking(self, rankings: tuple[Ranking, ...]) -> None:
        """Models by what people preferred."""
        for one in rankings:
            self.show(ranking_table(one))
            for note in notes_of(one):
                self.say(note)

    def exported(self, done: list[Done]) -> None:
        """Every format with its rows."""
        table = _table("format", "rows", "left out", "what it is", right=2)
        why: dict[str, None] = {}
        for one in done:
            name, tallies = one.manifest["format"], one.manifest["counts"]["rows"].values()
            rows = " + ".join(str(tally["out"]) for tally in tallies)
            left = sum(count for tally in tallies for count in tally["dropped"].values())
            title = exports()[name].title.partition(" (")[0]
            why |= {reason: None for tally in tallies for reason in tally["dropped"]}
            table.add_row(name, rows, str(left), one_line(title, self.width - _BESIDE_WHAT))
        self.show(table)
        if why:
            self.say(f"left out: {', '.join(why)}")


def _passed(summary: Summary) -> Table:
    """Passed of all, a row a language, a column a model."""
    models = sorted({group.model for group in summary.groups})
    found = {(one.language, one.model): one for one in summary.groups}
    table = _table("passed", *models)
    for language in dict.fromkeys(group.language for group in summary.groups):
        own = [found.get((language, model)) for model in models]
        table.add_row(
            LANGUAGES[language],
            *(f"{one.passed} of {one.responses}" if one else "–" for one in own),
        )
    return table


def _said(opinion: Opinion | None, models: tuple[str, str]) -> str:
    return said_in_words(opinion.answer, models) if opinion else "–"


def _table(*names: str, right: int | None = None) -> Table:
    """right: how many columns after the first are figures; all if left out."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for place, name in enumerate(names):
        figures = place and (right is None or place <= right)
        table.add_column(one_line(name, 30), justify="right" if figures else "left", no_wrap=True)
    return table
