"""The prompt's own examples: found in its text, never run here.

samples_of(task)               SQL: rows of the tables with the rows that a query gives
examples_of(task).examples     calls of the entry point with the values the prompt shows
probes_of(task)                further inputs, made from those, without a known value
"""

from harness.flags.examples.extract import LANGUAGES, VERSION, Example, Found, examples_of
from harness.flags.examples.probes import Probed, probes_of
from harness.flags.examples.sql_samples import SAMPLES_VERSION, Sample, samples_of
from harness.flags.examples.sql_ties import tie_breakers

__all__ = [
    "LANGUAGES", "SAMPLES_VERSION", "VERSION", "Example", "Found", "Probed", "Sample",
    "examples_of", "probes_of", "samples_of", "tie_breakers",
]  # fmt: skip
