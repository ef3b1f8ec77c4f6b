"""Finds rubrics: those that are shipped, those of one's own folder, and files by their path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.errors import RubricError
from harness.models.rubric import Rubric, RubricRef
from harness.rubrics._wording import meant
from harness.rubrics.load import Loaded, RubricFault, load_rubric, read_rubric

SHIPPED = Path(__file__).resolve().parent
DEFAULT = "pairwise-code"
_NAME = re.compile(r"(?P<id>[a-z][a-z0-9_-]*)(?:@(?P<version>[0-9]{1,9}))?")
_SUFFIXES = (".yaml", ".yml")


def files(own: Path | None = None) -> Iterator[Path]:
    """Rubric files: the shipped ones, then those in the folder ``own``."""
    for folder in (SHIPPED, own):
        if folder is not None and folder.is_dir():
            yield from sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES)


def library(own: Path | None = None) -> tuple[Loaded, ...]:
    """Every file that is looked through, with its rubric or its mistakes."""
    return tuple(read_rubric(file) for file in files(own))


def find_rubric(name: str, own: Path | None = None, *, paths: bool = True) -> Rubric:
    """The rubric of ``id`` (its highest version), ``id@version`` or a file's path.

    own: the folder of one's own rubrics. paths: False where the name comes over the network, which
    must not reach other files. Raises RubricError: no such rubric, a file that cannot be
    read, or two files of one version that differ.
    """
    if paths and (name.endswith(_SUFFIXES) or "/" in name):
        return load_rubric(Path(name))
    match = _NAME.fullmatch(name)
    loaded = library(own)
    found = [one for one in loaded if one.rubric and match and one.rubric.id == match["id"]]
    if match and match["version"]:
        found = [one for one in found if one.rubric and one.rubric.version == int(match["version"])]
    if not found:
        raise _not_found(name, loaded)
    same = list(twins(found))
    if same:
        raise RubricError("\n".join(map(str, same)))
    return max((one.rubric for one in found if one.rubric), key=lambda rubric: rubric.version)


def check_ref(rubric: Rubric, ref: RubricRef) -> None:
    """Raises RubricError if ``rubric`` is not what judgments made under ``ref`` were made with."""
    if (rubric.id, rubric.version) != (ref.id, ref.version):
        raise RubricError(f"the rubric is {rubric.ref}, the judgment was made with {ref}")
    if rubric.digest != ref.digest:
        raise RubricError(
            f"{ref} was changed after judgments were made with it",
            fix=f"give the changed file version: {ref.version + 1}, and restore the old one",
        )


def twins(loaded: Iterable[Loaded]) -> Iterator[RubricFault]:
    """A fault for each file that holds a version of a rubric that another holds differently."""
    seen: dict[str, Loaded] = {}
    for one in loaded:
        if one.rubric is None:
            continue
        first = seen.setdefault(str(one.rubric.ref), one)
        if first.rubric and first.rubric.digest != one.rubric.digest:
            where = "shipped" if first.file.parent == SHIPPED else f"in {first.file}"
            message = f"{one.rubric.ref} is also {where}, with another content"
            fix = f"give it version: {one.rubric.version + 1}, or an id of its own"
            yield RubricFault(str(one.file), *one.version_at, message, fix)


def _not_found(name: str, loaded: tuple[Loaded, ...]) -> RubricError:
    stem = name.partition("@")[0]
    broken = [one for one in loaded if one.rubric is None and one.file.stem == stem]
    if broken:
        return RubricError("\n".join(str(fault) for fault in broken[0].faults))
    refs = [str(one.rubric.ref) for one in loaded if one.rubric]
    known = refs if "@" in name else sorted({ref.split("@")[0] for ref in refs})
    fix = f"{meant(name, known)} Or give the path of a file (harness rubrics list)"
    return RubricError(f"no rubric is called {name}", fix=fix)
