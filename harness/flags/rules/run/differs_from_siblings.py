"""The program is built unlike the other responses to the same task.

Compared are syntax trees whose local names do not count; the flag says what only this one has, or
only this one lacks.

Why: right answers to a task are often alike, while every wrong one is wrong in its own way.

Bad (python):
    def total(values):
        return max(values) - min(values)

Good (python):
    def total(values):
        return sum(values)

Known misses: a mistake that most responses make; tasks with fewer than four responses.
"""

from harness.flags.rule import PROCEDURAL, SQL, Rule
from harness.models import Layer

RULE = Rule(
    id="differs-from-siblings",
    languages=PROCEDURAL | SQL,
    question="What does this do that the other responses do differently?",
    doc=__doc__,
    check=None,
    layer=Layer.SIBLING,
)
