"""What may be thrown away: old images, downloads, pictures nobody refers to, old logs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum
from pathlib import Path

from harness.errors import SandboxError
from harness.models import Record
from harness.sandbox import images
from harness.sandbox.orphans import run_is_alive
from harness.settings import Settings
from harness.store import Store
from harness.store.artifacts import unused_artifacts

DAY_S = 86_400.0
OLD_LOG_DAYS = 30.0


class Kind(StrEnum):
    """What kind of thing it is."""

    IMAGES = "images"  # sandbox images that today's files do not make
    CACHE = "cache"  # what was downloaded to build images; fetched again when needed
    ARTIFACTS = "artifacts"  # screenshots no result refers to, a day old or more
    LOGS = "logs"  # tracebacks, a month old or more


class Waste(Record):
    """One thing that may go. size: bytes; of an image, layers shared with others included."""

    kind: Kind
    name: str
    size: int


class Cleaning(Record):
    """What was found, and removed unless this was a dry run. notes: what was not looked at."""

    schema_version: int = 1
    removed: bool
    found: tuple[Waste, ...]
    size: int
    notes: tuple[str, ...] = ()


def clean(
    store: Store, settings: Settings, kinds: Collection[Kind] = (), *, remove: bool = False,
    now: Callable[[], float] = time.time,
) -> Cleaning:  # fmt: skip
    """Look for what may go, of these kinds (none: all); take it away only with ``remove``."""
    wanted = set(kinds) or set(Kind)
    notes: list[str] = []
    alive = _live_runs(settings.home)
    found = [*_old_images(notes)] if Kind.IMAGES in wanted else []
    if alive and wanted & {Kind.CACHE, Kind.ARTIFACTS}:
        notes.append(f"run {alive[0]} is at work: cache and artifacts are left alone")
    elif Kind.CACHE in wanted:
        found += _folders(settings.home / "cache")
    if Kind.ARTIFACTS in wanted and not alive:
        used = store.artifact_digests()
        files = unused_artifacts(settings.home, used, now() - DAY_S)
        found += [_waste(Kind.ARTIFACTS, file) for file in files]
    if Kind.LOGS in wanted:
        found += _old_logs(settings.home / "logs", now() - OLD_LOG_DAYS * DAY_S)
    if remove:
        found = [one for one in found if _remove(one)]
    size = sum(one.size for one in found)
    return Cleaning(removed=remove, found=tuple(found), size=size, notes=tuple(notes))


def _live_runs(home: Path) -> list[str]:
    names = sorted(file.stem for file in (home / "runs").glob("*.lock"))
    return [name for name in names if run_is_alive(name, home)]


def _old_images(notes: list[str]) -> Iterator[Waste]:
    try:
        old = images.outdated()
    except SandboxError as error:
        notes.append(f"images were not looked at: {error.message}")
        return
    for name, size_mb in sorted(old.items()):
        yield Waste(kind=Kind.IMAGES, name=name, size=size_mb * 1_000_000)


def _folders(cache: Path) -> list[Waste]:
    """Each folder of the cache; empty ones hold locks alone."""
    found = [_waste(Kind.CACHE, folder) for folder in sorted(cache.glob("*")) if folder.is_dir()]
    return [one for one in found if one.size]


def _old_logs(folder: Path, before: float) -> list[Waste]:
    files = sorted(folder.glob("*.log"))
    return [_waste(Kind.LOGS, file) for file in files if file.stat().st_mtime < before]


def _waste(kind: Kind, path: Path) -> Waste:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return Waste(kind=kind, name=str(path), size=sum(one.lstat().st_size for one in files))


def _remove(one: Waste) -> bool:
    """Whether it is gone: an image in use stays."""
    if one.kind is Kind.IMAGES:
        return images.remove(one.name)
    path = Path(one.name)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return not path.exists()
    path.unlink(missing_ok=True)
    return True
