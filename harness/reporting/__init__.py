"""Reports of a run: figures, files for machines, and pages worth reading.

    summary = summarise(run, results, invalid, tasks)
    index = write_report(run, summary, results, invalid, tasks, out_dir)
    render_terminal(summary, console, index)

``results`` is a callable that returns a fresh iterator of Result in input order: a run may
have 100,000 rows, so it is read as a stream, more than once, and never held.
"""

from harness.reporting.summary import GroupSummary, Results, Summary, summarise
from harness.reporting.terminal import render_terminal
from harness.reporting.text import page_name
from harness.reporting.write import write_data, write_report

__all__ = [
    "GroupSummary",
    "Results",
    "Summary",
    "page_name",
    "render_terminal",
    "summarise",
    "write_data",
    "write_report",
]
