"""The response gives another value than most of the other responses to the same task.

Why: for an input made from the prompt's examples nobody has written down the right value, but
where most responses agree, who gives another value owes an explanation. Responses that fail an
example of the prompt have no say, if enough others are left. The inputs are run by `harness run`;
without a run there is nothing to flag.

Bad:
    def longest(words):
        return max(words, key=len)  # longest([]) raises; 7 of 9 others give None

Good:
    def longest(words):
        return max(words, key=len, default=None)

Known misses: inputs on which no clear majority agrees; mistakes that most responses share, which
make who is right stand out.
"""

from harness.flags.rule import PROCEDURAL, Rule, elsewhere
from harness.models import Layer

RULE = Rule(
    id="behaves-unlike-siblings",
    languages=PROCEDURAL,
    question="Which value is right?",
    doc=__doc__,
    check=elsewhere,
    layer=Layer.SIBLING,
)
