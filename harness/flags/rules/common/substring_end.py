"""The second argument of a substring call is an end, but a length is asked for.

Why: substr (C++, JavaScript) and Substring (C#) take the start and the length: substr(2, 5) ends
at 7.

Bad (javascript):
    const part = text.substr(start, end);

Bad (cpp):
    std::string part = text.substr(start, end);

Bad (csharp):
    string part = text.Substring(start, end);

Good (javascript):
    const part = text.substring(start, end);

Good (cpp):
    std::string part = text.substr(start, end - start);

Good (csharp):
    string part = text.Substring(start, end - start);

Known misses: ends whose name does not say so and that are not the counter of a loop from the
start on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.blocks import Loop, as_loop
from harness.syntax.constants import fold
from harness.syntax.shapes import as_assign, as_binary, bare, calls
from harness.syntax.tree import Node

_END = re.compile(r"(?:\w*_)?(?:end|stop|right|finish)(?:_?(?:index|idx|pos))?|\w+End(?:Index)?",
                  re.IGNORECASE)  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Calls whose second argument is named as an end, or counts up from the first."""
    for call in calls(context.doc):
        if call.name not in ("substr", "Substring") or len(call.args) != 2:
            continue
        start, end = bare(call.args[0]), _name(call.args[1])
        if end is None or fold(start) is not None:
            continue
        if _END.fullmatch(end.text) or _counts_from(end, start):
            yield Finding(call.args[1], f"{call.name} takes a length here, not an end")


def _name(node: Node) -> Node | None:
    """The x of ``x``, ``x + 1`` and ``x - 1``."""
    node = bare(node)
    binary = as_binary(node)
    if binary is not None and binary.op in ("+", "-") and fold(binary.right) is not None:
        node = bare(binary.left)
    return node if node.type == "identifier" else None


def _counts_from(end: Node, start: Node) -> bool:
    """Whether a loop around begins ``end`` at the variable ``start``, or one behind."""
    return any(
        loop is not None and loop.kind == "for" and _begins_at(loop, end.text, start.text)
        for loop in map(as_loop, end.ancestors)
    )


def _begins_at(loop: Loop, name: str, start: str) -> bool:
    for node in loop.init.walk() if loop.init is not None else ():
        assign = as_assign(node)
        if assign is not None and assign.target.text == name:
            first = _name(assign.value)
            return first is not None and first.text == start
    return False


RULE = Rule(
    id="substring-end",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="How long is this part?",
    doc=__doc__,
    check=check,
)
