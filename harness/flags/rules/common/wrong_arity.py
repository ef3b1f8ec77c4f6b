"""The function takes another number of arguments than the task gives it.

Why: the call fails, or arguments go where they are not meant to.

Bad:
    def clamp(value, low):               # asked for: clamp(value, low, high)
        return max(value, low)

Good:
    def clamp(value, low, high):
        return max(low, min(value, high))

Known misses: tasks that only say in prose what is passed.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._asked import accepts, argument_counts
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language, Layer


def check(context: Context) -> Iterable[Finding]:
    """Compare the entry point's parameters with what the task passes."""
    entry, task = context.entry, context.task
    if entry is None or task is None:
        return
    low, high = accepts(entry, context.language)
    if context.language is Language.JAVASCRIPT and _uses_arguments(context):
        return
    for count in sorted(argument_counts(task)):
        if low <= count <= high:
            continue
        takes = f"{low}" if low == high else f"at least {low}" if count < low else f"at most {high}"
        holder = entry.node.get("parameters") or entry.node.get("name") or entry.node
        yield Finding(holder, f"{entry.name} takes {takes} arguments; the task gives it {count}")
        return


def _uses_arguments(context: Context) -> bool:
    """A JavaScript function may read its arguments without naming them."""
    return any(node.text == "arguments" for node in context.scopes.unresolved)


RULE = Rule(
    id="wrong-arity",
    languages=PROCEDURAL,
    question="Which arguments does the task pass, and where do they end up here?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
)
