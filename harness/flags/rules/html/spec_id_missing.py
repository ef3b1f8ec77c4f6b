"""The prompt asks for an element with an id, and the page has none of that id.

Why: whatever looks for the element does not find it.

Bad:
    <!-- "Add an input with the id `email`." -->
    <input type="email" name="email">

Good:
    <!-- "Add an input with the id `email`." -->
    <input type="email" name="email" id="email">

Known misses: ids that the prompt shows in code alone; classes and names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.flags._stated import MAX_PROMPT_CHARS
from harness.flags.rule import HTML, Context, Finding, Rule
from harness.models import Layer

_ID = re.compile(
    r"(?<![\w-])`?id`?(?:\s{1,3}attribute)?(?:\s{1,3}(?:of|set to|equal to|named|called))?\s{0,3}"
    r"[=:]?\s{0,3}(?P<quote>[`\"'])#?(?P<id>[A-Za-z][\w-]{0,40})(?P=quote)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"\b(?:example|instance|e\.g\.)", re.IGNORECASE)
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def check(context: Context) -> Iterable[Finding]:
    """Ids in the prose of the prompt."""
    elements = context.page.elements
    if context.task is None or not elements or context.ids.open:
        return
    for name in _asked(context.task.prompt[:MAX_PROMPT_CHARS]):
        if name not in context.ids.known:
            yield Finding(elements[0].open, f"the prompt asks for the id {name}; no element has it")


def _asked(prompt: str) -> Iterator[str]:
    lines = [one for one in _FENCE.sub("", prompt).splitlines() if not _EXAMPLE.search(one)]
    names = (one["id"] for line in lines for one in _ID.finditer(line))
    yield from dict.fromkeys(name for name in names if name.lower() not in ("id", "class", "name"))


RULE = Rule(
    id="spec-id-missing",
    languages=HTML,
    question="Which element should have this id?",
    doc=__doc__,
    check=check,
    layer=Layer.SPEC,
)
