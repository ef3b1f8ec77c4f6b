"""A plain string holds ${…} with a name of the program.

Why: only backticks put values in; in quotes the text stays as it is.

Bad:
    return "Hello, ${name}!";

Good:
    return `Hello, ${name}!`;

Known misses: expressions in braces that are more than a name, its members and calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._functions import visible
from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.shapes import as_call
from harness.syntax.tree import Node

_HOLE = re.compile(r"\$\{\s*([A-Za-z_$][\w$]*)(?:\.\w+|\[\w+\]|\(\))*\s*\}")
# Calls for which such a text is a pattern to look for or a template to fill later.
_PATTERNS = frozenset({"replace", "replaceAll", "split", "includes", "indexOf", "RegExp", "match",
                       "startsWith", "endsWith", "template", "test", "search"})  # fmt: skip


def check(context: Context) -> Iterable[Finding]:
    """Strings in quotes whose braces name a variable that is visible there."""
    for node in context.doc.all("string"):
        found = _HOLE.search(node.text) if "${" in node.text else None
        if found is None or "\\$" in node.text or _is_pattern(node):
            continue
        if visible(context.doc, found[1], node) is not None:
            yield Finding(node, f"{found[0]} stays as it is: the string is in quotes")


def _is_pattern(node: Node) -> bool:
    holder = node.parent
    call = as_call(holder.parent) if holder is not None and holder.parent is not None else None
    return call is not None and call.name in _PATTERNS


RULE = Rule(
    id="template-in-string",
    languages=JAVASCRIPT,
    question="Should this be in backticks?",
    doc=__doc__,
    check=check,
)
