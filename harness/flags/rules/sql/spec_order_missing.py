"""The prompt asks for an order, and the query has no ORDER BY.

Why: without it rows come in any order.

Bad:
    -- "List the names in alphabetical order."
    SELECT name FROM customers

Good:
    -- "List the names in alphabetical order."
    SELECT name FROM customers ORDER BY name

Known misses: an ORDER BY of the wrong column or direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from harness.flags._stated import MAX_PROMPT_CHARS
from harness.flags.rule import SQL, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.sql_text import orders_its_result

_ORDER = re.compile(
    r"\b(?:sort(?:ed|ing)?\s{1,3}(?:\w{1,20}\s{1,3}){0,3}by|order(?:ed|ing)?\s{1,3}by"
    r"|(?:in|by)\s{1,3}(?:\w{1,20}\s{1,3}){0,2}(?:ascending|descending|alphabetic(?:al)?"
    r"|lexicographic(?:al)?|chronological|increasing|decreasing)(?:\s{1,3}\w{1,20}){0,2}\s{1,3}order"
    r"|in\s{1,3}the\s{1,3}(?:order|descending)\s{1,3}of"
    r"|from\s{1,3}(?:the\s{1,3})?(?:highest|lowest|youngest|oldest|largest|smallest|most|least|newest"
    r"|high|low)\s{1,3}to\b)",
    re.IGNORECASE,
)


def check(context: Context) -> Iterable[Finding]:
    """Queries whose result is unordered, for prompts that name an order."""
    task = context.task
    # A comment at the end is a statement of its own.
    statements = [one for one in context.statements if not isinstance(one, exp.Semicolon)]
    if task is None or not statements or not isinstance(statements[-1], exp.Query):
        return
    found = _ORDER.search(task.prompt[:MAX_PROMPT_CHARS])
    if found is not None and not orders_its_result(context.doc.source):
        asked = " ".join(found[0].split())
        yield Finding(
            context.sql_node(statements[-1]), f'the prompt says "{asked}"; there is no ORDER BY'
        )


RULE = Rule(
    id="spec-order-missing",
    languages=SQL,
    question="In which order should the rows come?",
    doc=__doc__,
    check=check,
    layer=Layer.SPEC,
)
