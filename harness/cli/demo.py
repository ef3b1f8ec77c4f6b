"""``harness demo``: the whole loop on the bundled responses, told chapter by chapter."""

from __future__ import annotations

import shlex
import shutil
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import _options as options

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from harness.cli._demo_text import Story
    from harness.settings import Settings
    from harness.store import Store

DEMO_OUT = Path("reports/demo")
_HOME, _RESPONSES, _EXPORTS = "home", "responses.jsonl", "exports"
_PORT = 8000
_UNJUDGED = (
    "Without a browser nobody has judged yet: all pairs are left to you. Agreement, ranking and "
    "exports come after judgments, with `harness agreement {slug}` and `harness export {slug}`."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of all that is made.")
    ] = DEMO_OUT,
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            help="Leave the review desk open at the end, until Ctrl-C; done on a terminal.",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="N", min=1, max=65535,
            help="Where the desk listens; 8000 if left out, or another one that is free.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Show the whole loop on the bundled tasks: run, review, agreement, ranking, exports.

    Two scripted reviewers judge twelve pairs at the real desk in a real browser. Everything is
    kept in a home of the demo's own, DIR/home.
    """
    from harness.cli._demo_text import Story
    from harness.store import open_store

    home = options.writable_folder(out.resolve() / _HOME, "--out")
    own = {"home": home, "store_url": f"sqlite:///{home / 'store.sqlite3'}"}
    settings = options.settings_with().model_copy(update=own)
    staying = sys.stdout.isatty() if serve is None else serve
    with open_store(settings.store_url) as store, ExitStack() as stack:
        show = _Show(Story(options.console()), settings, store, out)
        # First, so that a port that cannot be had is said before the work.
        address = show.serve(stack, port if port or not staying else _PORT, must=port is not None)
        run_id = show.run()
        slug = show.review(run_id, address)
        show.your_turn(slug, address if staying else None)


@dataclass(frozen=True)
class _Show:
    """The chapters, each printed when it has happened."""

    story: Story
    settings: Settings
    store: Store
    out: Path

    def run(self) -> str:
        """Evaluate the responses and write the report; returns the run's id."""
        from harness.cli._render import render
        from harness.cli.run import as_named, evaluate
        from harness.demo.cast import MODELS, deal
        from harness.intake import load_tasks
        from harness.pipeline import RunOptions
        from harness.settings import bundled_tasks

        file = self.out / _RESPONSES
        tasks = load_tasks(bundled_tasks())
        number = deal(bundled_tasks(), file)
        self.story.chapter(
            "Run",
            f"{number} bundled responses to {len(tasks.tasks)} tasks in six languages, dealt to "
            f"{len(MODELS)} made-up models. Each runs in a locked-down container.",
        )
        chosen = RunOptions(bundled_tasks(), responses=(file,), command="harness demo")
        done = evaluate(chosen, self.settings, self.store, tasks, self.out)
        summary, index = render(self.store, done.run_id, self.out, home=self.settings.home)
        self.story.run(summary, as_named(self.store, done.run_id), index)
        return done.run_id

    def serve(self, stack: ExitStack, port: int | None, *, must: bool) -> str:
        """Open the desk for as long as ``stack`` lasts; returns its address.

        Takes another port where that one is taken, unless it ``must`` be that one.
        """
        from harness.errors import InputError
        from harness.review.options import ReviewOptions, RunLimits
        from harness.review.serving import serving

        limits = RunLimits(per_minute=self.settings.review_runs_per_minute)
        review = ReviewOptions(home=self.settings.home, runs=limits)
        try:
            return stack.enter_context(serving(self.store, review, port=port or 0))
        except InputError:
            if must:
                raise
            return stack.enter_context(serving(self.store, review))

    def review(self, run_id: str, address: str) -> str:
        """Make the project; have it judged, measured and exported if there is a browser.

        Returns its slug.
        """
        from harness.cli._render import render
        from harness.demo.browser import open_browser
        from harness.demo.project import add_pairs, fresh_project, planned_pairs
        from harness.demo.reviewers import PAIRS, REVIEWERS
        from harness.errors import NoBrowser
        from harness.store import review_of

        review = review_of(self.store)
        plan, slug = planned_pairs(self.store, run_id), fresh_project(review)
        names = " and ".join(one.name for one in REVIEWERS)
        self.story.chapter(
            "Review",
            f"The run becomes a review project of {len(plan.items)} pairs. {names}, two scripted "
            f"reviewers, judge {PAIRS} of them: blind, at the real desk, by keyboard.",
        )
        try:
            with open_browser() as browser:
                add_pairs(review, slug, plan, PAIRS)
                self._judge(browser, address, slug)
        except NoBrowser as error:
            typer.echo(f"harness: {error}", err=True)
            self.story.say(_UNJUDGED.format(slug=slug))
            return slug
        finally:
            add_pairs(review, slug, plan)
        self._measure(slug)
        self._export(slug)
        # Once more: its page ranks the models by these judgments now, too.
        render(self.store, run_id, self.out, home=self.settings.home)
        return slug

    def _judge(self, browser: Browser, address: str, slug: str) -> None:
        from rich.console import Console

        from harness.demo.reviewers import PAIRS, REVIEWERS, judge
        from harness.store import review_of

        review, left = review_of(self.store), count(1)
        with Console(stderr=True).status("the reviewers sit down") as status:
            judge(
                browser, review, address, slug,
                lambda: status.update(f"{next(left)} of {PAIRS * len(REVIEWERS)} judgments"),
            )  # fmt: skip
        self.story.judged(review.judged(slug), review.task_of)

    def _measure(self, slug: str) -> None:
        from harness.quality.agreement import agreement
        from harness.quality.ranking import rank_votes
        from harness.quality.votes import votes
        from harness.store import review_of

        judged = review_of(self.store).judged(slug)
        self.story.chapter("Agreement", "How far the two agree, beyond chance, and on what.")
        self.story.agreement(agreement(judged))
        self.story.chapter(
            "Ranking",
            "Chance of each model to beat another, by what the two preferred (Bradley-Terry).",
        )
        self.story.ranking(rank_votes(votes(judged)))

    def _export(self, slug: str) -> None:
        from harness.demo.exporting import export_all

        folder = self.out / _EXPORTS
        self.story.chapter(
            "Export",
            "The same judgments in every format, each with a manifest that accounts for every row "
            "and a dataset card.",
        )
        self.story.exported(list(export_all(self.store, slug, folder, self.settings.home)))
        self.story.line(f"exports: {folder}")

    def your_turn(self, slug: str, address: str | None) -> None:
        """Leave the desk open at ``address`` until Ctrl-C, or say how to open it."""
        from harness.review.serving import one_time_link
        from harness.store import review_of

        review = review_of(self.store)
        left = sum(not one.submitted for one in review.items(slug))
        self.story.chapter(
            "Your turn",
            f"{left} pairs of “{review.project(slug).title}” are left: they are yours. What the "
            "reviewers said is under Manage, with agreement and ranking as pages.",
        )
        again = f"{_environment(self.settings)} {_program()} review serve"
        if address is None:
            self.story.line(f"open the desk: {again}")
            return
        self.story.line(f"open the desk: {one_time_link(self.store, address)}")
        self.story.say("The link lets you in once. Ctrl-C ends the desk; to open it again:")
        self.story.line(again)
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _environment(settings: Settings) -> str:
    """What to set before other commands, so that they work on the demo's home."""
    from harness.settings import load_settings

    usual = load_settings()
    found = f"HARNESS_HOME={shlex.quote(_near(settings.home))}"
    if usual.store_url != f"sqlite:///{usual.home / 'store.sqlite3'}":
        found += f" HARNESS_STORE_URL={shlex.quote(settings.store_url)}"
    return found


def _program() -> str:
    """How this program was called, where a person can call it so."""
    called = Path(sys.argv[0])
    return "harness" if shutil.which("harness") or called.name != "harness" else _near(called)


def _near(path: Path) -> str:
    """The path, relative if it lies below the current folder."""
    full, here = path.absolute(), Path.cwd()
    return str(full.relative_to(here) if full.is_relative_to(here) else full)
