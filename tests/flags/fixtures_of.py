"""Reads the fixtures of rules: programs whose lines say which flag belongs there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.flags import Options, find_flags
from harness.models import CaseResult, Flag, Language, Task

FOLDER = Path(__file__).parent / "fixtures"
SUFFIXES = {
    ".py": Language.PYTHON, ".js": Language.JAVASCRIPT, ".cpp": Language.CPP,
    ".cs": Language.CSHARP, ".sql": Language.SQL, ".html": Language.HTML,
}  # fmt: skip
_MARK = re.compile(r"\bflag: ([a-z0-9-]+)")
_TASK = {"task_id": "fixture", "kind": "call", "prompt": ""}


@dataclass(frozen=True)
class Fixture:
    """One program of a rule's folder."""

    rule: str
    path: Path

    @property
    def language(self) -> Language:
        return SUFFIXES[self.path.suffix]

    @property
    def bad(self) -> bool:
        return self.path.name.startswith("bad")

    @property
    def source(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def task(self) -> Task | None:
        """``task_<suffix>.json``, else ``task.json``: only the fields that matter are written."""
        folder, suffix = self.path.parent, self.path.suffix[1:]
        for file in (folder / f"task_{suffix}.json", folder / "task.json"):
            if file.exists():
                fields = json.loads(file.read_text("utf-8"))
                return Task.model_validate({**_TASK, "language": self.language, **fields})
        return None

    @property
    def examples(self) -> tuple[CaseResult, ...]:
        """``<name>.examples.json``: how it did on the prompt's examples, as a run would say."""
        file = self.path.with_suffix(".examples.json")
        rows = json.loads(file.read_text("utf-8")) if file.exists() else []
        return tuple(CaseResult.model_validate(row) for row in rows)

    def marked_lines(self) -> list[int]:
        """Lines that say they are to be flagged by the rule."""
        return [
            number
            for number, line in enumerate(self.source.split("\n"), start=1)
            if self.rule in _MARK.findall(line)
        ]

    def flags(self, options: Options | None = None) -> tuple[Flag, ...]:
        return find_flags(
            self.language,
            self.source,
            task=self.task,
            options=options or Options(),
            examples=self.examples,
        )


def fixtures() -> Iterator[Fixture]:
    """Every fixture, in the order of rules and names."""
    for folder in sorted(FOLDER.iterdir()):
        for path in sorted(folder.iterdir()):
            if path.suffix in SUFFIXES:
                yield Fixture(folder.name, path)
