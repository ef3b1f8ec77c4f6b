"""The program gives another result than most other responses to the same task.

All responses are run on inputs that are made from the prompt's examples.

Why: where most responses agree on a result, the few that give another one are more often wrong.

Bad (python):
    def total(values):
        return max(values)

Good (python):
    def total(values):
        return sum(values)

Known misses: a mistake that most responses make; inputs that do not reach the difference.
"""

from harness.flags.rule import PROCEDURAL, SQL, Rule
from harness.models import Layer

RULE = Rule(
    id="behaves-unlike-siblings",
    languages=PROCEDURAL | SQL,
    question="Which result is right for this input?",
    doc=__doc__,
    check=None,
    layer=Layer.SIBLING,
)
