"""All benchmarks in a row: ``python -m benchmarks [NAME…] [--print-only]``."""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks._common import HERE

NAMES = ("truth", "speed", "mixed", "memory", "flags")


def main() -> None:
    """Run the benchmarks asked for, all of them even if one is not as wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, help=", ".join(NAMES))
    parser.add_argument("--print-only", action="store_true", help="leave README.md as it is")
    options = parser.parse_args()
    update = [] if options.print_only else ["--update"]
    codes = [
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *update], cwd=HERE.parent, check=False
        ).returncode
        for name in options.names
    ]
    sys.exit(any(codes))


if __name__ == "__main__":
    main()
