"""Settings: ``harness.toml`` (optional), then ``HARNESS_*`` variables, then flags.

Later ones win. Paths under HARNESS_HOME hold the store, the cache and the logs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError

from harness._home import SETTINGS_FILE, home_folder, read_toml
from harness.errors import InputError
from harness.models import Limits, Record


def _names(value: object) -> object:
    """A variable holds one text; a file a list."""
    return (
        [one.strip() for one in value.split(",") if one.strip()]
        if isinstance(value, str)
        else value
    )


class Settings(Record):
    """Everything a command may need to know beyond its own options.

    recycle_after: jobs a warm slot serves before it is replaced.
    memory_budget_mb: sum of the memory limits of all live slots (0: 70 % of what is free).
    engine_wait_s: how long a run waits for an engine that stopped answering.
    dotnet_sdk: image of a .NET SDK to take the C# toolchain from (default: PyPI's and npm's files).
    disabled_rules: flag rules that are left out (a list, or names with commas between them).
    rubrics: folder of one's own rubrics (default: ``rubrics`` in ``home``).
    review_runs_per_minute: how many runs one person may ask for at the review desk.
    resident_idle_s: seconds without a question until ``harness flag --resident``'s process ends.
    examples: whether the examples of prompts are run beside the tests.
    flags: whether a run looks for flags.
    """

    home: Path
    store_url: str
    workers: int = Field(default=0, ge=0)
    isolation: Literal["warm", "fresh"] = "warm"
    runtime: str | None = None
    recycle_after: int = Field(default=1000, ge=1)
    memory_budget_mb: int = Field(default=0, ge=0)
    engine_wait_s: float = Field(default=60.0, ge=0)
    dotnet_sdk: str | None = None
    disabled_rules: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    rubrics: Path | None = None
    examples: bool = True
    flags: bool = True
    resident_idle_s: float = Field(default=600.0, ge=0)
    review_runs_per_minute: int = Field(default=12, ge=1)
    limits: Limits = Limits()

    @property
    def rubrics_folder(self) -> Path:
        """Where one's own rubrics are; it may not exist."""
        return self.rubrics.expanduser() if self.rubrics else self.home / "rubrics"

    @property
    def worker_count(self) -> int:
        """Workers asked for, or one per CPU of this machine."""
        return self.workers or os.cpu_count() or 1


def load_settings(start: Path | None = None) -> Settings:
    """Read harness.toml from ``start`` (default: the current folder) and the environment."""
    file = (start or Path.cwd()) / SETTINGS_FILE
    values = read_toml(file)
    for key, value in os.environ.items():
        name = key.removeprefix("HARNESS_").lower()
        if key.startswith("HARNESS_") and name in Settings.model_fields and name != "limits":
            values[name] = value
    home = values["home"] = home_folder(start)
    values.setdefault("store_url", f"sqlite:///{home / 'store.sqlite3'}")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"setting {where}: {first['msg']}",
            file=file if file.exists() else "environment",
            fix=f"correct {where} in harness.toml or HARNESS_{where.upper()}",
        ) from error


def bundled_tasks() -> Path:
    """The tasks that come with the harness: in a checkout or inside the installed wheel."""
    package = Path(__file__).resolve().parent
    for folder in (package.parent / "tasks", package / "_bundled" / "tasks"):
        if folder.is_dir():
            return folder
    raise InputError("the bundled tasks are missing", fix="reinstall code-eval-harness")
