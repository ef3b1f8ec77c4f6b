"""Every format, found by looking into ``formats``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import harness.exports.formats as folder
from harness.errors import UsageError
from harness.exports.export import Export
from harness.plugins import load_plugins


@cache
def exports() -> Mapping[str, Export]:
    """Every format by name. Raises HarnessError for a file that defines none."""
    return load_plugins(folder, "EXPORT", Export)


def find_export(name: str) -> Export:
    """The format of that name. Raises UsageError."""
    found = exports().get(name)
    if found is None:
        raise UsageError(f"--format {name} is not known", fix=f"use one of {', '.join(exports())}")
    return found
