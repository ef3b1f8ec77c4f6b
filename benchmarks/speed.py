"""Speed as ratios: the harness against the plain ways to run the same programs, in one run.

Each baseline runs one half of its programs before the harness and the other half after, so a
machine that slows down or speeds up meanwhile touches both alike.
"""

from __future__ import annotations

import argparse

from benchmarks._common import WORKERS, machine, publish_table, scratch
from benchmarks._contest import Options
from benchmarks._speed_code import (
    cpp_speed,
    csharp_speed,
    fresh_speed,
    javascript_speed,
    python_speed,
)
from benchmarks._speed_data import html_speed, postgres_speed, sqlite_speed

HEADINGS = ("what", "responses", "harness /s", "against", "baseline /s", "ratio", "wanted")
PARTS = {
    "python": python_speed,
    "javascript": javascript_speed,
    "cpp": cpp_speed,
    "csharp": csharp_speed,
    "sqlite": sqlite_speed,
    "postgres": postgres_speed,
    "html": html_speed,
    "fresh": fresh_speed,
}


def main() -> None:
    """Measure the parts asked for; each is written when it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--limit", type=int, default=10**9, help="responses of each set")
    parser.add_argument("--baselines-only", action="store_true", help="leave the harness out")
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    arguments = parser.parse_args()
    options = Options(arguments.limit, arguments.baselines_only)
    for part in arguments.parts:
        with scratch() as folder:
            lines = PARTS[part](folder, options)
        publish_table(
            "speed",
            HEADINGS,
            lines,
            about=f"Machine: {machine()}; {WORKERS} workers.",
            keys=(0, 3),
            update=arguments.update,
        )


if __name__ == "__main__":
    main()
