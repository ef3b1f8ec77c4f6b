"""A parameter of the function asked for is never read.

Why: the task gives a value that the answer does not look at.

Bad:
    def top(scores, count):
        return sorted(scores)[-3:]

Good:
    def top(scores, count):
        return sorted(scores)[-count:]

Known misses: parameters that are read and have no effect; a size `n` beside a list, where the
program asks the list itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._stubs import stub_reason
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.blocks import as_loop
from harness.syntax.constants import length_of
from harness.syntax.scopes import Function, Variable
from harness.syntax.shapes import bare

_FREE = frozenset({"self", "cls", "args", "kwargs"})
_SIZE = re.compile(r"[nm]\d?|len\w*|(?:\w+_)?(?:size|length|len)", re.IGNORECASE)


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
        if variable.name not in _FREE and not _is_known_size(variable, entry):
            where = variable.declarations[0]
            yield Finding(
                where,
                f"{entry.name} never reads its parameter {variable.name}",
                f"How should {variable.name} change the result?",
            )


def _is_known_size(variable: Variable, entry: Function) -> bool:
    """Whether it is named as a size, and the function takes a size from another parameter."""
    if _SIZE.fullmatch(variable.name) is None or entry.body is None:
        return False
    others = {one.name for one in entry.params} - {variable.name}
    for node in entry.body.walk():
        measured = length_of(node)
        loop = as_loop(node)
        through = loop.iterable if loop is not None else measured
        if through is not None and bare(through).text in others:
            return True
    return False


RULE = Rule(
    id="prompt-parameter-unused",
    languages=PROCEDURAL,
    question="How should this parameter change the result?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    in_prompt=True,
)
