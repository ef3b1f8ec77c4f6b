"""results.jsonl while a run is going: appended in the order responses finish.

The report written at the end replaces it by the same rows in input order.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import IO, Self

from harness.models import Result


class LiveResults:
    """Appends committed results to ``out``/results.jsonl; does nothing without ``out``."""

    def __init__(self, out: Path | None) -> None:
        self.out = out
        self.file: IO[str] | None = None

    def __enter__(self) -> Self:
        # Reports need numpy and templates: they load while the first sandboxes work, and in a
        # thread, which no signal interrupts. numpy cannot be loaded again once it was broken off.
        Thread(target=import_module, args=("harness.reporting.write",), daemon=True).start()
        if self.out is not None:
            self.out.mkdir(parents=True, exist_ok=True)
            self.file = (self.out / "results.jsonl").open("w", encoding="utf-8")
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.file is not None:
            self.file.close()

    def append(self, results: list[Result]) -> None:
        """Write committed rows and flush, so that they can be followed."""
        from harness.reporting.write import json_line  # on its way since the start

        if self.file is not None:
            self.file.writelines(json_line(result) for result in results)
            self.file.flush()
