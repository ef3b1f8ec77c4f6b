"""The program fails an example that the prompt itself gives.

The prompt's examples are run in the sandbox before the tests, apart from them.

Why: the prompt says what has to come out, and something else does. An example that the task's own
reference fails is dropped: then it is the prompt that is wrong.

Bad (python):
    def total(values):  # the prompt says: total([1, 2]) == 3
        return max(values)

Good (python):
    def total(values):  # the prompt says: total([1, 2]) == 3
        return sum(values)

Known misses: prompts without examples, and examples written in a way that is not understood.
"""

from harness.flags.rule import PROCEDURAL, SQL, Rule
from harness.models import Layer

RULE = Rule(
    id="example-failed",
    languages=PROCEDURAL | SQL,
    question="Why does this example of the prompt not come out as it says?",
    doc=__doc__,
    check=None,
    layer=Layer.EXAMPLE,
)
