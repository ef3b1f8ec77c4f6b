"""An element is removed by its index in a loop that goes on to the next index.

Why: the elements behind move down by one, so the one that takes the freed place is skipped.

Bad (javascript):
    for (let i = 0; i < list.length; i++) {
      if (list[i] < 0) list.splice(i, 1);
    }

Bad (cpp):
    for (size_t i = 0; i < list.size(); i++) {
      if (list[i] < 0) list.erase(list.begin() + i);
    }

Bad (csharp):
    for (int i = 0; i < list.Count; i++) {
      if (list[i] < 0) list.RemoveAt(i);
    }

Good (javascript):
    for (let i = list.length - 1; i >= 0; i--) {
      if (list[i] < 0) list.splice(i, 1);
    }

Good (cpp):
    for (size_t i = 0; i < list.size();) {
      if (list[i] < 0) list.erase(list.begin() + i); else i++;
    }

Good (csharp):
    for (int i = list.Count - 1; i >= 0; i--) {
      if (list[i] < 0) list.RemoveAt(i);
    }

Known misses: loops with while; a loop that is left after the removal is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, JAVASCRIPT, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import Loop, loops, statements
from harness.syntax.constants import fold
from harness.syntax.flow import leaves
from harness.syntax.scopes import scopes
from harness.syntax.shapes import Call, as_call, bare
from harness.syntax.tree import Node

_UP = re.compile(r"(?:\+\+\s*(\w+)|(\w+)\s*\+\+|(\w+)\s*\+=\s*1)\Z")


def check(context: Context) -> Iterable[Finding]:
    """Such removals in a counting loop that neither steps back nor ends."""
    for loop in loops(context.doc):
        step = _UP.match(loop.update.text) if loop.kind == "for" and loop.update else None
        if step is None or loop.body is None:
            continue
        counter = step[1] or step[2] or step[3]
        for node in loop.body.walk():
            call = as_call(node)
            if call is not None and _removes(call, counter) and not _is_made_up(call, loop):
                yield Finding(node, f"the element that moves to {counter} is skipped")


def _removes(call: Call, counter: str) -> bool:
    if call.receiver is None or not call.args:
        return False
    if call.node.doc.language is Language.JAVASCRIPT:
        if call.name != "splice" or len(call.args) != 2:
            return False
        count = fold(call.args[1])
        return count is not None and count.value == 1 and call.args[0].text == counter
    if call.name == "RemoveAt":
        return call.args[0].text == counter
    begin = re.escape(call.receiver.text) + r"\.begin\(\)\s*\+\s*" + counter
    return call.name == "erase" and len(call.args) == 1 and (
        re.fullmatch(begin, bare(call.args[0]).text) is not None
    )  # fmt: skip


def _is_made_up(call: Call, loop: Loop) -> bool:
    """Whether the counter is stepped back, or the loop left, on the way."""
    if loop.body is None or loop.update is None:
        return True
    if _is_written(loop.update, loop.body):
        return True
    blocks = [above for above in call.node.ancestors if above.within(loop.body)]
    return any(
        leaves(one) for block in blocks for one in statements(block) if one.start >= call.node.end
    )


def _is_written(update: Node, body: Node) -> bool:
    found = (scopes(update.doc).variable_of(one) for one in update.walk())
    return any(write.within(body) for one in found if one is not None for write in one.writes)


RULE = Rule(
    id="remove-skips-next",
    languages=JAVASCRIPT | CPP | CSHARP,
    question="What happens to two such elements in a row?",
    doc=__doc__,
    check=check,
)
