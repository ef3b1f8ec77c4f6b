"""xUnit-style C# tasks: a prompt, a file of facts, an example solution."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from harness.intake._fields import RowError, optional_text
from harness.intake._rows import Row
from harness.models import Language, Task, TestKind, UnitStyle

_FACT = re.compile(r"^\s*\[(?:Fact|Theory)\b", re.MULTILINE)
_USING = re.compile(r"^\s*(?:global\s+)?using\s+(?:static\s+)?([A-Z][\w.]*)\s*;", re.MULTILINE)
# What comes with .NET itself, and what the sandbox brings for tests.
_AT_HAND = ("System", "Microsoft.CSharp", "Microsoft.Win32", "Xunit")
_PACKAGES = (
    "System.Reactive", "System.Interactive", "System.Linq.Async", "System.CommandLine",
    "System.Data.SqlClient", "System.IO.Abstractions",
)  # fmt: skip


def is_facts(language: Language, tests: str) -> bool:
    """Whether C# tests are classes of facts rather than a Main that asserts."""
    return language is Language.CSHARP and bool(_FACT.search(tests))


def facts_task(row: Row, path: Path, line: int, **fields: Any) -> Task:
    """A unit task of facts; ``fields`` holds task_id, prompt and tests.

    Raises RowError for tests that need a package. An example that needs one is left out: other
    answers can still be judged.
    """
    missing = packages_in(fields["tests"])
    if missing:
        raise RowError(f"the tests need packages that no sandbox has: {', '.join(missing)}")
    reference = optional_text(row, "canonical_solution")
    if reference is not None and packages_in(reference):
        reference = None
    return Task(
        language=Language.CSHARP,
        kind=TestKind.UNIT,
        unit_style=UnitStyle.FACTS,
        reference=reference,
        source=optional_text(row, "source"),
        licence=optional_text(row, "licence"),
        origin=str(path),
        line=line,
        **fields,
    )


def packages_in(source: str) -> list[str]:
    """Namespaces a C# source uses that .NET does not come with."""
    return sorted({name for name in _USING.findall(source) if not _at_hand(name)})


def _at_hand(name: str) -> bool:
    if any(_within(name, package) for package in _PACKAGES):
        return False
    return any(_within(name, known) for known in _AT_HAND)


def _within(name: str, namespace: str) -> bool:
    return name == namespace or name.startswith(namespace + ".")
