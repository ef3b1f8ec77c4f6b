"""The response is built unlike the other responses to the same task.

Why: a comparison that only this response makes, a constant that no other has or a call that all
others make is where it may have understood the task otherwise.

Bad:
    def is_adult(age):
        return age > 18  # all others: age >= 18, or not age < 18

Good:
    def is_adult(age):
        return age >= 18

Known misses: siblings that share a mistake, which hide it and make who avoids it stand out;
groups of fewer than four; programs that do not parse. Where `harness run` has run the prompt's
examples, responses that pass them are not flagged, and measure the others.
"""

from harness.flags.rule import EVERY, Rule, elsewhere
from harness.models import Layer

RULE = Rule(
    id="differs-from-siblings",
    languages=EVERY,
    question="Why is this done otherwise than in the other responses?",
    doc=__doc__,
    check=elsewhere,
    layer=Layer.SIBLING,
)
