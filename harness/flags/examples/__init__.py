"""The prompt's own examples: found in its text, never run here.

examples_of(task).examples     calls of the entry point with the values the prompt shows
probes_of(task)                further inputs, made from those, without a known value
"""

from harness.flags.examples.extract import LANGUAGES, VERSION, Example, Found, examples_of
from harness.flags.examples.probes import Probed, probes_of

__all__ = [
    "LANGUAGES", "VERSION", "Example", "Found", "Probed", "examples_of", "probes_of",
]  # fmt: skip
