"""The program gives another value than an example in the prompt shows.

Why: the example is part of what was asked. Examples that the task's own reference fails are left
out. They run beside the tests, in `harness run`; without a run there is nothing to flag.

Bad:
    # the prompt shows: double(2) == 4
    def double(number):
        return number ** number

Good:
    def double(number):
        return number + number

Known misses: examples whose values cannot be read without guessing, or are no plain data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.flags.rule import PROCEDURAL, Context, Finding, Rule, Span
from harness.models import Layer
from harness.syntax.tree import Node

if TYPE_CHECKING:
    from harness.models import CaseResult

MAX_SHOWN = 80


def check(context: Context) -> Iterable[Finding]:
    """One finding, at the function's name: the first example that failed."""
    failed = [one for one in context.examples if one.verdict != "passed"]
    if not failed or context.host is not None:
        return
    first = min(failed, key=_plainness)
    call, expected, got = _short(first.input), _short(first.expected), _gave(first)
    more = len(context.examples)
    yield Finding(
        _where(context),
        f"{call} should give {expected} and {got} ({len(failed)} of {more} examples fail)",
        f"What does {call} do here, and why is it not {expected}?",
    )


def _plainness(case: CaseResult) -> bool:
    """A wrong value says more than a crash, and a crash more than silence."""
    return case.verdict != "failed"


def _gave(case: CaseResult) -> str:
    if case.verdict in ("failed", "runtime_error") and case.actual:
        return case.actual if case.actual.startswith("raises ") else f"gives {_short(case.actual)}"
    return f"ends with: {_short(case.message or case.verdict.value)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _where(context: Context) -> Node | Span:
    if context.entry is not None:
        return context.entry.node.get("name") or context.entry.node
    data = context.doc.data
    end = data.find(b"\n")
    return Span(context.doc, 0, len(data) if end < 0 else end)


RULE = Rule(
    id="example-failed",
    languages=PROCEDURAL,
    question="What does it give for the prompt's own example?",
    doc=__doc__,
    check=check,
    layer=Layer.EXAMPLE,
    in_prompt=True,
)
