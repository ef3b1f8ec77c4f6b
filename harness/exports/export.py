"""What a format is: one frozen constant in a file of ``harness/exports/formats``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from harness.exports.shapes import NUMBER, Struct
from harness.models import Json
from harness.models.pair import JudgedItem, Pair, Rating
from harness.models.rubric import Rubric

Row = dict[str, Json]
S = TypeVar("S", Pair, Rating, JudgedItem)


class Feeds(StrEnum):
    """What a format makes rows of."""

    PAIR = "pair"
    RATING = "rating"
    ITEM = "item"


class Drop(Exception):
    """Raised by a format for what it has no row for; the reason is counted in the manifest."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RowContext:
    """What a row may depend on besides what it is about.

    split: the part it goes to. with_margin: whether to say how strong a preference is.
    pseudonym: person_id → what the export calls them. identities: whether that is their name.
    rubric: the project's, None where there is none.
    """

    split: str = "train"
    with_margin: bool = False
    pseudonym: Callable[[str], str] = str
    identities: bool = False
    rubric: Rubric | None = None


# What a part of the loop has for the formats.
Subject = Pair | Rating | JudgedItem
MakeRow = Callable[[Subject, RowContext], Row]
# The files of rows by name, closed → what goes beside them.
MakeFiles = Callable[[Mapping[str, Path], RowContext], Mapping[str, Json]]


def _no_files(_files: Mapping[str, Path], _context: RowContext) -> Mapping[str, Json]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Export:
    """A format.

    title: one line for people. row: the row of a subject; raises Drop. shape: of a row, without
    the margin. feeds: what its subjects are. table: a folder of its own in the export, "" for
    none; more: further tables of the same export. ties: whether rows of ties exist.
    margin: whether ``--with-margin`` adds a column. distinct: whether a row that was there before
    is left out. array: one JSON array a file, not JSONL.
    missing: what a rubric lacks for this format, in words; None if it needs no rubric.
    needs_people: whether it holds what no run can say. files: extra files by name, JSON or text,
    made when the rows are written.
    tasks: ``task_categories`` of a dataset card.
    """

    name: str
    title: str
    feeds: Feeds
    row: MakeRow
    shape: Struct
    table: str = ""
    more: tuple[Export, ...] = ()
    ties: bool = False
    margin: bool = False
    distinct: bool = True
    array: bool = False
    missing: Callable[[Rubric], tuple[str, ...]] | None = None
    needs_people: bool = False
    files: MakeFiles = _no_files
    tasks: tuple[str, ...] = field(default=("text-generation",))

    @property
    def tables(self) -> tuple[Export, ...]:
        """This one and those that are written with it."""
        return (self, *self.more)

    def row_shape(self, *, with_margin: bool) -> Struct:
        """The shape of its rows under these options."""
        if not (self.margin and with_margin):
            return self.shape
        return Struct({**self.shape.fields, "margin": NUMBER})


def pair_row(make: Callable[[Pair, RowContext], Row]) -> MakeRow:
    """Use a function of pairs as a format's ``row``."""
    return _only(Pair, make)


def rating_row(make: Callable[[Rating, RowContext], Row]) -> MakeRow:
    """Use a function of ratings as a format's ``row``."""
    return _only(Rating, make)


def item_row(make: Callable[[JudgedItem, RowContext], Row]) -> MakeRow:
    """Use a function of items as a format's ``row``."""
    return _only(JudgedItem, make)


def _only(kind: type[S], make: Callable[[S, RowContext], Row]) -> MakeRow:
    def row(subject: Subject, context: RowContext) -> Row:
        assert isinstance(subject, kind)
        return make(subject, context)

    return row


def user(prompt: str) -> Row:
    """What is asked, as a message."""
    return {"role": "user", "content": prompt}


def assistant(text: str) -> Row:
    """An answer, as a message."""
    return {"role": "assistant", "content": text}
