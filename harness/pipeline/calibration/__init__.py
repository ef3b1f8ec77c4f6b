"""Measures what flags are worth, on responses whose verdicts are known.

    runs, references ─► observations ─► groups (one task each) ─► figures ─► strength.json
                        (flags anew)    dev | test

Only *within a task* does a hit say anything: across tasks, flags follow how hard the task is. So
figures come from tasks with both right and wrong responses. The halves are split by problem, by a
hash of it and the seed, so a task stays in its half whatever else is measured beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from harness.errors import InputError
from harness.flags.strength_file import Calibration, strength_text
from harness.pipeline.calibration.figures import Thresholds, language_rows, rule_rows
from harness.pipeline.calibration.observe import Observation, of_own_programs, of_results
from harness.pipeline.calibration.tally import grouped
from harness.reporting.files import replacing

__all__ = [
    "Observation", "Thresholds", "calibrate", "of_own_programs", "of_results", "write_strength",
]  # fmt: skip


DEFAULT = Thresholds()


def calibrate(
    observations: Iterable[Observation],
    *,
    seed: int = 0,
    command: str = "",
    thresholds: Thresholds = DEFAULT,
) -> Calibration:
    """Everything measured. Raises InputError where no task has both right and wrong responses."""
    groups = grouped(observations, seed)
    if not any(group.mixed for group in groups):
        raise InputError(
            f"none of {len(groups)} tasks has both a right and a wrong response",
            fix="add runs of the same tasks, or --references TASKS",
        )
    rows = rule_rows(groups, seed, thresholds)
    return Calibration(
        command=command,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        seed=seed,
        thresholds=thresholds.as_dict(),
        rules=rows,
        languages=language_rows(groups, rows, seed),
    )


def write_strength(calibration: Calibration, file: Path) -> None:
    """Write the file whole or not at all. Raises InputError where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as out:
            out.write(strength_text(calibration))
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror or error}", file=file, fix="choose another --out"
        ) from error
