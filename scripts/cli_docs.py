"""Write the help of every command into docs/cli.md, between the words around it.

    python scripts/cli_docs.py

A block is the lines between ``<!-- help NAME -->`` and ``<!-- /help -->``. Commands that have no
block yet are added at the end; blocks of commands that are gone are removed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "cli.md"
BLOCK = re.compile(r"<!-- help (.+?) -->\n.*?<!-- /help -->\n", re.DOTALL)
COLUMNS = 96


def helps() -> dict[str, str]:
    """Help text by full command name, groups left out."""
    sys.path.insert(0, str(ROOT))
    from harness.cli.main import build_app

    root: Any = typer.main.get_command(build_app())
    context = typer.Context(
        root, info_name="harness", terminal_width=COLUMNS, max_content_width=COLUMNS
    )
    context.help_option_names = ["-h", "--help"]
    return dict(_helps(root, context))


def _helps(command: Any, context: typer.Context) -> Iterator[tuple[str, str]]:
    children = getattr(command, "commands", {})
    if not children:
        yield context.command_path, command.get_help(context)
    for name in command.list_commands(context) if children else ():
        child = children[name]
        yield from _helps(child, typer.Context(child, info_name=name, parent=context))


def render(page: str) -> str:
    """The page with every block brought up to date."""
    found = helps()
    known = set(BLOCK.findall(page))

    def block(name: str) -> str:
        lines = (line.rstrip() for line in found[name].strip().splitlines())
        text = "\n".join(f"    {line}".rstrip() for line in lines)
        return f"<!-- help {name} -->\n{text}\n<!-- /help -->\n"

    page = BLOCK.sub(lambda match: block(match[1]) if match[1] in found else "", page)
    new = "".join(f"\n## {name}\n\n{block(name)}" for name in found if name not in known)
    return page + new


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text("utf-8")), "utf-8")
