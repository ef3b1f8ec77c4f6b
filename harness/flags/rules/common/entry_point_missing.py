"""The function or class that the task names is not defined.

Why: tests call it by its name; a renamed one is not found.

Bad:
    def rotateList(values, by): ...      # asked for: rotate_list

Good:
    def rotate_list(values, by): ...

Known misses: names made at run time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness import syntax
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule, Span
from harness.models import Layer
from harness.syntax.scopes import Function
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """One finding, at what may be meant by the name."""
    name = context.entry_point
    if name is None or context.host is not None or context.scopes.dynamic:
        return
    if name in context.scopes.module.variables or context.entry is not None:
        return
    if syntax.defines(context.language, context.doc.source, name):
        return
    if re.search(rf"#\s*define\s+{re.escape(name)}\b", context.doc.source):
        return
    near = _near(name, [one for one in context.scopes.functions if one.name])
    if near is None:
        where: Node | Span = _first_line(context)
        yield Finding(where, f"{name} is asked for and not defined")
    else:
        yield Finding(
            near.node.get("name") or near.node,
            f"{name} is asked for; the nearest name here is {near.name}",
            f"Is {near.name} meant to be {name}?",
        )


def _near(name: str, functions: list[Function]) -> Function | None:
    """The function whose name is like the one asked for; the only one there is."""
    from difflib import get_close_matches

    by_key = {_key(one.name): one for one in functions}
    close = get_close_matches(_key(name), list(by_key), 1, 0.75)
    if close:
        return by_key[close[0]]
    outer = [one for one in functions if one.parent is None]
    return outer[0] if len(outer) == 1 else None


def _key(name: str) -> str:
    return name.replace("_", "").lower()


def _first_line(context: Context) -> Span:
    data = context.doc.data
    end = data.find(b"\n")
    return Span(context.doc, 0, len(data) if end < 0 else end)


RULE = Rule(
    id="entry-point-missing",
    languages=PROCEDURAL,
    question="Where is the function that was asked for?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    in_prompt=True,
)
