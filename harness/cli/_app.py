"""The application: every command of this package, and the options before any."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Annotated

import typer
from typer.core import TyperGroup

import harness.cli
from harness import __version__

HELP_COLUMNS = 100
# As one needs them; a command that is not named here follows in the order of the alphabet.
ORDER = (
    "demo",
    "doctor",
    "images",
    "tasks",
    "flag",
    "run",
    "report",
    "rubrics",
    "review",
    "agreement",
    "export",
    "compare",
    "rescore",
    "clean",
    "backup",
)
ABOUT = "Run AI-written code in Docker sandboxes and say, case by case, whether it is right."


class _Commands(TyperGroup):
    """Lists the commands in ``ORDER``."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        place = {name: number for number, name in enumerate(ORDER)}
        return sorted(self.commands, key=lambda name: (place.get(name, len(ORDER)), name))


def build_app() -> typer.Typer:
    """The application with the commands of every module in this package."""
    app = typer.Typer(
        name="harness",
        cls=_Commands,
        help=ABOUT,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        # Rich would box the help, break its paragraphs and swallow what stands in brackets.
        rich_markup_mode=None,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": HELP_COLUMNS,
        },
    )
    app.callback()(_root)
    for info in pkgutil.iter_modules(harness.cli.__path__):
        if info.name != "main" and not info.name.startswith("_"):
            importlib.import_module(f"harness.cli.{info.name}").register(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"harness {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Options that come before any command."""
