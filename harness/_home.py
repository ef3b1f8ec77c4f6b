"""Where the harness keeps its own files, told without loading the settings' model."""

from __future__ import annotations

import os
from pathlib import Path

from harness._data_folder import data_folder
from harness.errors import InputError

SETTINGS_FILE = "harness.toml"


def home_folder(start: Path | None = None) -> Path:
    """HARNESS_HOME, else ``home`` of harness.toml in ``start`` (default: the current folder).

    Neither: the platform's data folder. Raises InputError for a file that is no TOML.
    """
    given = os.environ.get("HARNESS_HOME")
    if given is None:
        given = str(read_toml((start or Path.cwd()) / SETTINGS_FILE).get("home") or "")
    return Path(given or data_folder()).expanduser()


def read_toml(file: Path) -> dict[str, object]:
    """A TOML file's values; none if there is no file. Raises InputError with what is wrong."""
    if not file.exists():
        return {}
    import tomllib

    try:
        with file.open("rb") as handle:
            return dict(tomllib.load(handle))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", file=file, fix="correct the syntax") from error
