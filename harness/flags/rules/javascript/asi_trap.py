"""A line break ends a statement, or fails to end one, against what the layout says.

Why: after return alone the line is over and undefined is returned, whatever stands below. A line
that begins with ( or [ goes on the line above if that has no semicolon.

Bad:
    return
      total / count;

Good:
    return total / count;

Known misses: lines that begin with a template, a regular expression, + or -.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, Context, Finding, Rule
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Returns cut off from their value, and lines that are glued to the one above."""
    for found in context.doc.all("return_statement"):
        below = found.next
        if found.parts or below is None or found.text.endswith(";") or below.line == found.line:
            continue
        if below.type in ("expression_statement", "statement_block"):
            yield Finding(found, "this returns undefined: the value is on the next line")
    for node in context.doc.all("subscript_expression", "call_expression"):
        if _is_glued(node):
            yield Finding(_opening(node) or node, "this line goes on the one above")


def _opening(node: Node) -> Node | None:
    if node.type == "subscript_expression":
        return node.first("[")
    arguments = node.get("arguments")
    return arguments if arguments is not None and arguments.type == "arguments" else None


def _is_glued(node: Node) -> bool:
    opening, before = _opening(node), node.get("object") or node.get("function")
    if opening is None or before is None or node.has("?.", "optional_chain"):
        return False
    last = node.doc.place(before.end)[0]
    in_chain = before.line != last
    return opening.line > last and not in_chain and not _is_called_function(before)


def _is_called_function(before: Node) -> bool:
    """A function in parentheses whose call stands below it is meant."""
    return before.type == "parenthesized_expression"


RULE = Rule(
    id="asi-trap",
    languages=JAVASCRIPT,
    question="Where does this statement end?",
    doc=__doc__,
    check=check,
)
