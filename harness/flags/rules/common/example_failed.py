"""The program gives another value than an example in the prompt shows.

Why: the example is part of what was asked. Examples that the task's own reference fails are left
out. They run beside the tests, in `harness run`; without a run there is nothing to flag. In SQL an
example is a set of rows for the task's tables with the rows that the query should give for them.

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

from harness.flags.rule import PROCEDURAL, SQL, Context, Finding, Rule, Span
from harness.models import Language, Layer
from harness.syntax import sql_text
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
    if context.language is Language.SQL:
        yield _rows(context, first, len(failed))
        return
    call, expected, got = _short(first.input), _short(first.expected), _gave(first)
    more = len(context.examples)
    yield Finding(
        _where(context),
        f"{call} should give {expected} and {got} ({len(failed)} of {more} examples fail)",
        f"What does {call} do here, and why is it not {expected}?",
    )


def _rows(context: Context, first: CaseResult, failed: int) -> Finding:
    """At the query's SELECT: what the prompt shows for its rows, and what came back."""
    more = f" ({failed} of {len(context.examples)} examples fail)" if failed > 1 else ""
    rows = f"the rows shown in the prompt ({first.name})"
    return Finding(
        _select(context),
        f"{rows} should give {_short(first.expected)}; it {_gave(first)}{more}",
        f"For {rows}, why does this not give {_short(first.expected)}?",
    )


def _select(context: Context) -> Span:
    """The SELECT of the last statement that is not inside parentheses."""
    doc = context.doc
    last = sql_text.statements(doc.source)[-1:]
    words = [
        token
        for statement in last
        for token in sql_text.tokens(statement.text)
        if token.kind == "word" and token.text.lower() in ("select", "values", "table")
    ]
    if not words:
        return _first_line(context)
    word = min(words, key=lambda token: token.depth)
    at = last[0].start + word.start
    start = len(doc.source[:at].encode("utf-8", "replace"))
    return Span(doc, start, start + len(word.text))


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
    return _first_line(context)


def _first_line(context: Context) -> Span:
    data = context.doc.data
    end = data.find(b"\n")
    return Span(context.doc, 0, len(data) if end < 0 else end)


RULE = Rule(
    id="example-failed",
    languages=PROCEDURAL | SQL,
    question="What does it give for the prompt's own example?",
    doc=__doc__,
    check=check,
    broken=True,
    layer=Layer.EXAMPLE,
    in_prompt=True,
)
