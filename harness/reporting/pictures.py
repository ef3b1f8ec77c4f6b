"""Screenshots in a report: copied beside the pages, shown on the page of their response."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.models import Result
from harness.reporting.text import one_line
from harness.store.artifacts import artifact_file

FOLDER = "pictures"
SUFFIXES = {"image/png": ".png"}


@dataclass(frozen=True)
class PictureView:
    """One screenshot. ``href`` is None where its bytes are no longer kept."""

    name: str
    href: str | None


def place_pictures(result: Result, home: Path | None, pages: Path) -> tuple[PictureView, ...]:
    """Copy a result's screenshots beside its page; an equal one is copied once."""
    views = []
    for one in result.artifacts:
        suffix = SUFFIXES.get(one.media_type)
        if suffix is None:
            continue
        name = one.sha256 + suffix
        there = _copy(home, one.sha256, pages / FOLDER / name)
        href = f"{FOLDER}/{name}" if there else None
        views.append(PictureView(one_line(one.name, 80), href))
    return tuple(views)


def _copy(home: Path | None, digest: str, target: Path) -> bool:
    if target.is_file():
        return True
    kept = artifact_file(home, digest) if home else None
    if kept is None or not kept.is_file():
        return False
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(kept, target)
    return True
