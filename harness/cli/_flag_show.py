"""What ``harness flag`` prints of programs, as they are looked at, and its exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from harness.cli._flag_text import lines_of
from harness.flags.files import Flagged

if TYPE_CHECKING:
    from harness.models import InvalidRow

FAILED = 1


def show(found: Iterable[Flagged | InvalidRow], form: str, fail_on: str) -> int:
    """Print flags as they are found, then how many; FAILED if ``fail_on`` says so, else 0.

    form: text, json or sarif.
    """
    tally = _Tally()
    flagged = tally.watch(found)
    if form == "sarif":
        from harness.flags.sarif import SarifWriter

        log = SarifWriter(sys.stdout)
        for one in flagged:
            log.add_flags(one.path, one.flags, one.name)
        log.finish()
    elif form == "json":
        rows = [row for one in flagged for row in _rows(one)]
        report = {"schema_version": 1, "programs": tally.programs, "flagged": tally.flagged}
        print(json.dumps({**report, "flags": rows}, indent=1))
    else:
        for one in flagged:
            for line in lines_of(one):
                print(line)
    sys.stdout.flush()
    print(tally.text(), file=sys.stderr)
    failed = (fail_on == "hint" and tally.flags) or (fail_on == "strong" and tally.strong)
    return FAILED if failed else 0


def _rows(flagged: Flagged) -> Iterator[dict[str, object]]:
    for one in flagged.flags:
        place = {"path": flagged.path, "response_id": flagged.name, "task_id": flagged.task_id}
        yield {**{key: value for key, value in place.items() if value}, **asdict(one)}


class _Tally:
    """Counts while programs stream by; rows that cannot be used go to stderr."""

    def __init__(self) -> None:
        self.programs = self.flagged = self.flags = self.strong = self.invalid = 0

    def watch(self, found: Iterable[Flagged | InvalidRow]) -> Iterator[Flagged]:
        """Programs, counted."""
        for one in found:
            if not isinstance(one, Flagged):
                self.invalid += 1
                print(f"{one.file}:{one.line}: {one.reason}", file=sys.stderr)
                continue
            self.programs += 1
            self.flagged += bool(one.flags)
            self.flags += len(one.flags)
            self.strong += sum(flag.strength == "strong" for flag in one.flags)
            yield one

    def text(self) -> str:
        """One line about all of it."""
        programs = "1 program" if self.programs == 1 else f"{self.programs} programs"
        flags = "1 flag" if self.flags == 1 else f"{self.flags} flags"
        rest = f", {self.invalid} rows that cannot be used" if self.invalid else ""
        return f"{flags} ({self.strong} strong) in {self.flagged} of {programs}{rest}"
