"""The flags: what they hit and how fast they are, beside the usual linters.

Ends with 1 if a figure that is wanted is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from benchmarks._common import HERE

# One module a part, with ``run(update=…) -> bool``: whether all of it is as wanted.
PARTS = {
    "speed": "benchmarks._flags_speed",
    "share": "benchmarks._flags_share",
    "siblings": "benchmarks._flags_siblings",
    "examples": "benchmarks._flags_examples",
}


def main() -> None:
    """Measure the parts asked for; each writes its tables when it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--update", action="store_true", help="write the tables to README.md")
    options = parser.parse_args()
    # Strengths are the ones that come with the harness, never those of someone's own runs.
    os.environ["HARNESS_HOME"] = str(HERE.parent / ".bench" / "flags" / "home")
    done = [import_module(PARTS[part]).run(update=options.update) for part in options.parts]
    sys.exit(not all(done))


if __name__ == "__main__":
    main()
