"""An exception is made and dropped.

Why: without throw, or raise, nothing happens; the program goes on as if all were well.

Bad (python):
    if count < 0:
        ValueError("count is negative")

Bad (javascript):
    if (count < 0) new RangeError("count is negative");

Bad (cpp):
    if (count < 0) std::invalid_argument("count is negative");

Bad (csharp):
    if (count < 0) new ArgumentException("count is negative");

Good (python):
    if count < 0:
        raise ValueError("count is negative")

Good (javascript):
    if (count < 0) throw new RangeError("count is negative");

Good (cpp):
    if (count < 0) throw std::invalid_argument("count is negative");

Good (csharp):
    if (count < 0) throw new ArgumentException("count is negative");

Known misses: exceptions that are kept in a variable; in C++ those of the program itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import is_discarded
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Language
from harness.syntax.shapes import Call, calls

_STANDARD = frozenset({"runtime_error", "invalid_argument", "out_of_range", "logic_error",
                       "domain_error", "length_error", "range_error", "overflow_error",
                       "underflow_error"})  # fmt: skip
_PYTHON = frozenset({"StopIteration", "KeyboardInterrupt", "SystemExit"})


def check(context: Context) -> Iterable[Finding]:
    """Statements that are nothing but a new exception."""
    for call in calls(context.doc):
        if is_discarded(call.node) and _is_exception(call):
            yield Finding(call.node, f"{call.name} is made here but not thrown")


def _is_exception(call: Call) -> bool:
    if call.node.doc.language is Language.CPP:
        return call.name in _STANDARD
    if call.node.doc.language is Language.PYTHON:
        return call.receiver is None and call.name[:1].isupper() and (
            call.name.endswith(("Exception", "Error")) or call.name in _PYTHON
        )  # fmt: skip
    return call.new and call.name.endswith(("Exception", "Error"))


RULE = Rule(
    id="exception-not-thrown",
    languages=PROCEDURAL,
    question="Should this be thrown?",
    doc=__doc__,
    check=check,
)
