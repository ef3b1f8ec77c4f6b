"""Pairs for an expert: people prefer a response that fails its tests to one that passes.

Either the preference is a slip, or the tests are wrong, or something else weighed more. The list is
written as it is found, as JSONL and as a page without scripts.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Self

from markupsafe import Markup, escape

from harness.exports.encode import Encoder
from harness.exports.export import RowContext
from harness.exports.provenance import provenance_row
from harness.models.pair import Pair, Side

ROWS, PAGE = "conflicts.jsonl", "conflicts.html"
# Pairs on the page; the rest is in the list.
_SHOWN = 500
_CAP = 20_000

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Conflicts</title><style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
@media (max-width: 60rem) { .pair { grid-template-columns: 1fr } }
pre { overflow: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; max-height: 30rem;
      white-space: pre-wrap; overflow-wrap: anywhere }
</style></head><body><main>
<h1>Preferred, though it fails</h1>
<p>In each pair the response at the left is preferred and fails its tests; the one at the right
passes them. Look whether the preference is a slip, or the tests are wrong.</p>
"""
_TAIL = "</main></body></html>\n"


class ConflictList:
    """Takes conflicts one by one. count: so far. first: items of the first few, for a message."""

    def __init__(self, folder: Path, context: RowContext) -> None:
        self._folder, self._context = folder, context
        self._encoder = Encoder()
        self._rows: BinaryIO | None = None
        self._page: BinaryIO | None = None
        self.count = 0
        self.first: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for file in (self._rows, self._page):
            if file is not None:
                file.close()

    def add(self, pair: Pair) -> None:
        """Add a pair."""
        self.count += 1
        if len(self.first) < 3:
            self.first.append(f"{pair.item.item_id} ({pair.item.task_id})")
        row = provenance_row(pair, ROWS, self.count, self._context)
        if self._rows is None or self._page is None:
            self._rows = (self._folder / ROWS).open("wb")
            self._page = (self._folder / PAGE).open("wb")
            self._page.write(_HEAD.encode())
        self._rows.write(self._encoder.line(row) + b"\n")
        if self.count <= _SHOWN:
            self._page.write(_section(pair).encode("utf-8", "replace"))

    def close(self) -> None:
        """Write the end; without a conflict there is no list."""
        if self._rows is None or self._page is None:
            return
        if self.count > _SHOWN:
            more = Markup("<p>And {} more in {}.</p>\n").format(self.count - _SHOWN, ROWS)
            self._page.write(more.encode())
        self._page.write(_TAIL.encode())
        self._rows.close()
        self._page.close()


def _section(pair: Pair) -> str:
    reasons = [str(vote.answer.get("justification", "")) for vote in pair.votes]
    return Markup(
        "<section><h2>{task}</h2><p>{language}, item {item}, preference {preference:.2g}, "
        "{judgments}</p><details><summary>Prompt</summary><pre>{prompt}</pre></details>"
        '<div class="pair">{chosen}{rejected}</div>{reasons}</section>\n'
    ).format(
        task=pair.item.task_id, language=pair.item.language, item=pair.item.item_id,
        preference=pair.preference, judgments=_count(len(pair.votes), "judgment"),
        prompt=pair.item.prompt[:_CAP],
        chosen=_side("Preferred", pair.chosen), rejected=_side("Not preferred", pair.rejected),
        reasons=Markup("").join(Markup("<blockquote>{}</blockquote>").format(one)
                                for one in reasons if one.strip()),
    )  # fmt: skip


def _side(title: str, side: Side) -> Markup:
    cases = side.result.get("cases", ())
    failing = [case["name"] for case in cases if case["verdict"] != "passed"]
    told = f"; failing: {', '.join(failing[:5])}" if failing else ""
    return Markup("<div><h3>{}: {}</h3><p>{}, {}{}</p><pre>{}</pre></div>").format(
        title, side.verdict, escape(side.model), _count(len(cases), "case"), told, side.code[:_CAP]
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
