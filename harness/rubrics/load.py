"""From a rubric file to a rubric, or to every mistake in it with its line, column and fix."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import ValidationError

from harness.errors import RubricError
from harness.models.rubric import Rubric
from harness.rubrics._checks import check_rubric
from harness.rubrics._tree import Fault, Tree, Unreadable, read_tree
from harness.rubrics._wording import faults_of


@dataclass(frozen=True)
class RubricFault:
    """A mistake in a rubric file; line and column count from 1."""

    file: str
    line: int
    column: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}\n  fix: {self.fix}"

    def as_json(self) -> dict[str, str | int]:
        """The fields, for ``--json``."""
        return asdict(self)


@dataclass(frozen=True)
class Loaded:
    """What a file holds: a rubric, or mistakes. version_at: line and column of its version."""

    file: Path
    rubric: Rubric | None
    faults: tuple[RubricFault, ...] = ()
    version_at: tuple[int, int] = (1, 1)


def read_rubric(file: Path) -> Loaded:
    """The rubric of a file and its mistakes; there is a rubric only if there is none.

    Mistakes between fields (ids, conditions, keys) are looked for once each field is right.
    """
    try:
        tree = read_tree(file)
    except Unreadable as error:
        return _faulty(file, [error.fault])
    except OSError as error:
        return _faulty(file, [Fault(1, 1, f"cannot be read: {error.strerror}", "check the path")])
    rubric, faults = _judged(tree)
    if rubric is None or faults:
        return _faulty(file, faults)
    return Loaded(file, rubric, version_at=tree.place(("version",)))


def load_rubric(file: Path) -> Rubric:
    """The rubric of a file. Raises RubricError with all its mistakes."""
    loaded = read_rubric(file)
    if loaded.rubric is None:
        raise RubricError("\n".join(str(fault) for fault in loaded.faults))
    return loaded.rubric


def _judged(tree: Tree) -> tuple[Rubric | None, list[Fault]]:
    if not isinstance(tree.value, dict):
        return None, [Fault(1, 1, "not a rubric", "start with id: and version:")]
    try:
        rubric = Rubric.model_validate(tree.value)
    except ValidationError as error:
        return None, [*tree.faults, *faults_of(error.errors(), tree)]
    return rubric, [*tree.faults, *_between(rubric, tree)]


def _between(rubric: Rubric, tree: Tree) -> list[Fault]:
    return [
        Fault(*tree.place(one.path, of_key=one.of_key), one.message, one.fix)
        for one in check_rubric(rubric)
    ]


def _faulty(file: Path, faults: list[Fault]) -> Loaded:
    """Each mistake once, in the order of the file."""
    ordered = sorted(set(faults), key=lambda fault: (fault.line, fault.column))
    placed = (
        RubricFault(str(file), fault.line, fault.column, fault.message, fault.fix)
        for fault in ordered
    )
    return Loaded(file, None, tuple(placed))
