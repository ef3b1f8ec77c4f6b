"""Memory: the controller's peak must not grow with the number of responses."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import count, islice

from benchmarks._common import Row, harness_run, machine, publish, rows, scratch, table, write_rows

ALLOWED = 0.20


def repeated() -> Iterator[Row]:
    """CodeT's responses over and over, each time under new ids."""
    found = rows("responses/codet_codegen16b_humaneval_python")
    for turn in count():
        for row in found:
            yield {**row, "response_id": f"{row['response_id']}-{turn}"}


def main() -> None:
    """Measure the sizes asked for; the first is what the others are compared with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 50_000])
    parser.add_argument("--update", action="store_true", help="write the table to README.md")
    options = parser.parse_args()
    peaks: list[float] = []
    lines = []
    for size in options.sizes:
        with scratch() as folder:
            file = write_rows(folder / "responses.jsonl", islice(repeated(), size))
            run = harness_run("tasks/humaneval_python", file, folder, "--rerun", keep=False)
        if run.count != size:
            sys.exit(f"{size} responses went in, {run.count} results came out")
        peaks.append(run.peak_mb)
        ratio = run.peak_mb / peaks[0]
        lines.append((f"{run.count:,}", f"{run.peak_mb:.0f} MB", f"{ratio:.2f}", f"{run.rate:.1f}"))
    headings = ("responses", "controller's peak", "against the first", "responses /s")
    publish("memory", f"Machine: {machine()}.\n\n{table(headings, lines)}", update=options.update)
    sys.exit(max(peaks) / peaks[0] > 1 + ALLOWED)


if __name__ == "__main__":
    main()
