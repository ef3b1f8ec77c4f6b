"""Counts that add up: what came in is what went out and what was left out, by reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from harness.errors import HarnessError
from harness.models import Json


@dataclass
class Tally:
    """One kind of thing on its way through an export."""

    name: str
    entered: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def keep(self, count: int = 1) -> None:
        """So many came in and stay."""
        self.entered += count
        self.kept += count

    def drop(self, reason: str, count: int = 1) -> None:
        """So many came in and are left out."""
        self.entered += count
        if count:
            self.dropped[reason] += count

    def check(self, written: int | None = None) -> None:
        """Raise HarnessError unless it adds up, and to what was written if that is given."""
        out = self.kept + sum(self.dropped.values())
        if self.entered != out or written not in (None, self.kept):
            raise HarnessError(
                f"the counts of {self.name} do not add up: {self.entered} in, {self.kept} kept, "
                f"{out - self.kept} dropped, {written} written"
            )

    def as_json(self) -> Json:
        """As the manifest says it, reasons in the order of the alphabet."""
        return {
            "in": self.entered, "out": self.kept, "dropped": dict(sorted(self.dropped.items())),
        }  # fmt: skip


@dataclass
class Counts:
    """The three kinds. rows: by table, what was offered to a format and what it wrote."""

    items: Tally = field(default_factory=lambda: Tally("items"))
    judgments: Tally = field(default_factory=lambda: Tally("judgments"))
    rows: dict[str, Tally] = field(default_factory=dict)

    def as_json(self) -> Json:
        """As the manifest says it."""
        tables = {name or "default": tally.as_json() for name, tally in self.rows.items()}
        return {
            "items": self.items.as_json(),
            "judgments": self.judgments.as_json(),
            "rows": tables,
        }
