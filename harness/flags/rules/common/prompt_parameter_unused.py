"""A parameter of the function asked for is never read.

Why: the task gives a value that the answer does not look at.

Bad:
    def top(scores, count):
        return sorted(scores)[-3:]

Good:
    def top(scores, count):
        return sorted(scores)[-count:]

Known misses: parameters that are read and have no effect.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._stubs import stub_reason
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer


def check(context: Context) -> Iterable[Finding]:
    """Parameters of the entry point without a read."""
    entry = context.entry
    if entry is None or entry.scope is None or entry.body is None or context.scopes.dynamic:
        return
    if stub_reason(entry, context):  # it reads nothing at all
        return
    if any(node.text == "arguments" for node in context.scopes.unresolved):
        return
    for variable in entry.scope.variables.values():
        if variable.kind != "param" or variable.reads or variable.name.startswith("_"):
            continue
        if variable.name not in ("self", "cls", "args", "kwargs"):
            where = variable.declarations[0]
            yield Finding(
                where,
                f"{entry.name} never reads its parameter {variable.name}",
                f"How should {variable.name} change the result?",
            )


RULE = Rule(
    id="prompt-parameter-unused",
    languages=PROCEDURAL,
    question="How should this parameter change the result?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    in_prompt=True,
)
