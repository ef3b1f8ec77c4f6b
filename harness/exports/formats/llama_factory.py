"""LLaMA-Factory's ShareGPT preference format, with the entries of its ``dataset_info.json``."""

from __future__ import annotations

from collections.abc import Iterable

from harness.exports.export import Export, Feeds, Row, RowContext, pair_row
from harness.exports.shapes import TEXT, ListOf, Struct
from harness.models.pair import Pair

_TURN = Struct({"from": TEXT, "value": TEXT})


def _row(pair: Pair, _context: RowContext) -> Row:
    return {
        "conversations": [{"from": "human", "value": pair.item.prompt}],
        "chosen": {"from": "gpt", "value": pair.chosen.text},
        "rejected": {"from": "gpt", "value": pair.rejected.text},
    }


def _files(files: Iterable[str], _context: RowContext) -> dict[str, Row]:
    columns = {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"}
    entry = {"formatting": "sharegpt", "ranking": True, "columns": columns}
    names = {file.partition(".")[0]: file for file in files}
    return {
        "dataset_info.json": {
            f"preferences_{name}": {"file_name": file, **entry} for name, file in names.items()
        }
    }


EXPORT = Export(
    name="llama-factory",
    title="LLaMA-Factory ShareGPT preferences, with dataset_info.json",
    feeds=Feeds.PAIR,
    row=pair_row(_row),
    shape=Struct({"conversations": ListOf(_TURN), "chosen": _TURN, "rejected": _TURN}),
    files=_files,
)
