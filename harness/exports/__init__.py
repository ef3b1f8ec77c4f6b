"""From judgments, or verdicts, to files that trainers read.

exports()                       every format by name
export_project(store, slug, …)  the judgments of a review project
export_run(store, run_id, …)    pairs made from the verdicts of a run
export_label_studio(file, …)    judgments out of a Label Studio task file
"""

from harness.exports.aggregate import Aggregate
from harness.exports.export import Export
from harness.exports.from_run import export_run
from harness.exports.label_studio import export_label_studio
from harness.exports.options import (
    Conflicts,
    Corrections,
    ExportOptions,
    Filters,
    Split,
)
from harness.exports.project import Done, export_project
from harness.exports.pseudonyms import pseudonyms, salt_of
from harness.exports.registry import exports, find_export

__all__ = [
    "Aggregate",
    "Conflicts",
    "Corrections",
    "Done",
    "Export",
    "ExportOptions",
    "Filters",
    "Split",
    "export_label_studio",
    "export_project",
    "export_run",
    "exports",
    "find_export",
    "pseudonyms",
    "salt_of",
]
