"""replace takes away one character or class of characters, and only its first occurrence.

Why: with a text, or with a regular expression without the flag g, replace changes the first
match and leaves the others.

Bad:
    const letters = text.replace(/[^a-z]/, "");

Good:
    const letters = text.replace(/[^a-z]/g, "");

Known misses: patterns of more than one character, which often occur once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.scopes import loop_around
from harness.syntax.shapes import Call, as_call, calls
from harness.syntax.tree import Node, same

# One class of characters, perhaps repeated.
_CLASS = re.compile(r"(?:\[(?:[^\]\\]|\\.)+\]|\\[sSdDwW])[+]?\Z")
_SEPARATORS = frozenset(" ,;-_")


def check(context: Context) -> Iterable[Finding]:
    """Such calls outside loops, which may repeat them on purpose."""
    for call in calls(context.doc):
        if call.name != "replace" or call.receiver is None or len(call.args) != 2:
            continue
        if loop_around(call.node) is not None or _is_repeated(call):
            continue
        if _is_character(call.args[0]) and not _is_decimal_comma(call):
            yield Finding(call.node, f"only the first {call.args[0].text} is replaced")


def _is_character(node: Node) -> bool:
    if node.type == "regex":
        pattern, flags = node.get("pattern"), node.get("flags")
        if pattern is None or (flags is not None and "g" in flags.text):
            return False
        return _CLASS.match(pattern.text) is not None
    constant = fold(node)
    return constant is not None and constant.value in _SEPARATORS


def _is_repeated(call: Call) -> bool:
    """Whether the same is replaced again at once: so many occurrences are meant."""
    inner = as_call(call.receiver) if call.receiver is not None else None
    outer = call.node.parent.parent if call.node.parent is not None else None
    around = as_call(outer) if outer is not None and call.node.field == "object" else None
    return any(one is not None and one.name == "replace" and len(one.args) == 2
               and same(one.args[0], call.args[0]) for one in (inner, around))  # fmt: skip


def _is_decimal_comma(call: Call) -> bool:
    texts = [fold(one) for one in call.args]
    return [one.value for one in texts if one is not None] in ([",", "."], [".", ","])


RULE = Rule(
    id="first-only-replace",
    languages=JAVASCRIPT,
    question="What about the second occurrence?",
    doc=__doc__,
    check=check,
)
