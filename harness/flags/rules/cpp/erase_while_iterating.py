"""A loop goes on with an iterator whose element it has erased.

Why: erase makes the iterator invalid; ++ on it is anything. erase gives the next one.

Bad:
    for (auto it = v.begin(); it != v.end(); ++it)
      if (*it < 0) v.erase(it);

Good:
    for (auto it = v.begin(); it != v.end();)
      it = *it < 0 ? v.erase(it) : std::next(it);

Known misses: loops with while; erasing by key.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags._functions import is_discarded
from harness.flags.rule import CPP, Context, Finding, Rule
from harness.syntax.blocks import Loop, loops, statements
from harness.syntax.flow import leaves
from harness.syntax.shapes import as_call
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Statements erase(it) in a for loop that steps it, unless the loop is left then."""
    for loop in loops(context.doc):
        stepped = _stepped(loop)
        if not stepped or loop.body is None:
            continue
        for node in loop.body.walk():
            call = as_call(node)
            if call is None or call.name != "erase" or len(call.args) != 1:
                continue
            if call.args[0].text == stepped and is_discarded(node) and not _ends(node, loop.body):
                yield Finding(node, f"{stepped} is invalid after this, and the loop steps it")


def _stepped(loop: Loop) -> str:
    if loop.kind != "for" or loop.update is None or loop.update.type != "update_expression":
        return ""
    argument = loop.update.get("argument")
    return argument.text if argument is not None else ""


def _ends(node: Node, body: Node) -> bool:
    """Whether the loop is left, or the iterator set anew, behind the call."""
    text = node.parts[-1].text.strip("()")
    for block in (one for one in node.ancestors if one.within(body)):
        for one in statements(block):
            behind = one.start >= node.end
            if behind and (leaves(one) or one.text.startswith((f"{text} =", f"{text}=", "--"))):
                return True
    return False


RULE = Rule(
    id="erase-while-iterating",
    languages=CPP,
    question="Where does the iterator point after erase?",
    doc=__doc__,
    check=check,
)
