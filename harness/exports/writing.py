"""One export on its way: every subject offered ends as a row or as a counted reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from harness.exports.admit import Seen, reason_against
from harness.exports.counts import Counts, Tally
from harness.exports.encode import Encoder
from harness.exports.export import Drop, Export, RowContext, Subject
from harness.exports.near import SplitPlan
from harness.exports.options import TRAIN, ExportOptions
from harness.exports.provenance import Facts, provenance_row
from harness.exports.write import JsonFile, ParquetFile, RowFile
from harness.models.pair import JudgedItem

PROVENANCE = "provenance.jsonl"
DUPLICATE = "identical to an earlier row"


@dataclass
class Plan:
    """What is known before the first item. split: where tasks go."""

    export: Export
    options: ExportOptions
    context: RowContext
    split: SplitPlan = field(default_factory=SplitPlan)
    shared_prompts: Collection[bytes] = ()


class Writing:
    """Takes subjects and writes their rows into a folder."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.encoder = Encoder()
        self.counts = Counts()
        self.facts = Facts()
        self.files: dict[tuple[str, str], RowFile] = {}
        self._seen = {table.table: Seen(plan.shared_prompts) for table in plan.export.tables}
        self._provenance = JsonFile(folder / PROVENANCE, PROVENANCE, self.encoder)
        for table in plan.export.tables:
            self.counts.rows[table.table] = Tally(f"rows {table.table}".strip())
            for split in (TRAIN, *(one.name for one in plan.options.splits)):
                self.files[table.table, split] = self._open(table, split)
        self._contexts = {split: replace(plan.context, split=split) for _, split in self.files}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for file in (*self.files.values(), self._provenance):
            file.release()

    def offer(self, table: Export, subject: Subject | Drop) -> None:
        """Write the row of a subject, or count why there is none."""
        tally = self.counts.rows[table.table]
        reason = subject.reason if isinstance(subject, Drop) else self._take(table, subject)
        if reason is None:
            tally.keep()
        else:
            tally.drop(reason)

    def _take(self, table: Export, subject: Subject) -> str | None:
        """Write the row, or say why there is none."""
        reason = reason_against(subject, table, self.plan.options)
        if reason is not None:
            return reason
        split = self._split(subject)
        try:
            row = table.row(subject, self._contexts[split])
        except Drop as drop:
            return drop.reason
        # Asked last: what has no row must not stand in the way of one that has.
        if table.distinct and self._seen[table.table].before(subject):
            return DUPLICATE
        file = self.files[table.table, split]
        file.write(row)
        self._provenance.write(provenance_row(subject, file.name, file.rows, self.plan.context))
        self.facts.note(subject)
        return None

    def _split(self, subject: Subject) -> str:
        item = subject if isinstance(subject, JudgedItem) else subject.item
        return self.plan.split.parts.get(item.task_key, TRAIN)

    def _open(self, table: Export, split: str) -> RowFile:
        options = self.plan.options
        suffix = "parquet" if options.parquet else "json" if table.array else "jsonl"
        name = f"{table.table}/{split}.{suffix}" if table.table else f"{split}.{suffix}"
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        if options.parquet:
            shape = table.row_shape(with_margin=options.with_margin)
            return ParquetFile(path, name, self.encoder, shape)
        return JsonFile(path, name, self.encoder, array=table.array)

    def empty_parts(self) -> list[str]:
        """Parts that were asked for and got no row."""
        wanted = {split.name for split in self.plan.options.splits}
        filled = {split for (_, split), file in self.files.items() if file.rows}
        return sorted(wanted - filled)

    def close(self) -> None:
        """Write the ends and check that everything adds up."""
        for file in (*self.files.values(), self._provenance):
            file.close()
        self.counts.items.check()
        self.counts.judgments.check()
        for table, tally in self.counts.rows.items():
            tally.check(sum(file.rows for key, file in self.files.items() if key[0] == table))
