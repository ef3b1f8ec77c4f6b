"""A script looks for an element that comes after it, and runs before that is there.

Why: it gets null, and the next line that uses it fails.

Bad:
    <script>document.getElementById("go").onclick = run;</script> <button id="go">Go</button>

Good:
    <button id="go">Go</button> <script>document.getElementById("go").onclick = run;</script>

Known misses: functions that are called at once; selectors of more than one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.page import Element, Page
from harness.syntax.shapes import Call, calls
from harness.syntax.tree import Node

_FUNCTIONS = frozenset({"function_declaration", "function_expression", "arrow_function",
                        "method_definition", "generator_function_declaration",
                        "generator_function"})  # fmt: skip
_PART = re.compile(r"[#.]?[A-Za-z_][\w-]*")


def check(context: Context) -> Iterable[Finding]:
    """Elements looked up outside functions, in scripts that run at once."""
    page = context.page
    for script in context.scripts:
        base = script.doc.base
        if any(one.node.start < base < one.node.end and _is_module(one) for one in page.scripts):
            continue
        for call in calls(script.doc):
            wanted = _wanted(call)
            elements = _found(page, wanted) if wanted and _runs_at_once(call.node) else []
            if elements and all(one.node.start > base for one in elements):
                yield Finding(call.node, f"the element {wanted} comes after this script")


def _is_module(script: Element) -> bool:
    """Modules run when the page is read."""
    return (script.get("type") or "").lower() == "module"


def _found(page: Page, selector: str) -> list[Element]:
    """Elements that a selector of one part finds."""
    name = selector[1:]
    if selector.startswith("#"):
        return page.by_id.get(name, [])
    if selector.startswith("."):
        return [one for one in page.elements if name in (one.get("class") or "").split()]
    return list(page.all(selector.lower()))


def _wanted(call: Call) -> str | None:
    """The selector, if it has one part: ``#id``, ``.class`` or ``tag``."""
    constant = fold(call.args[0]) if len(call.args) == 1 else None
    value = constant.value if constant is not None else None
    if not isinstance(value, str):
        return None
    if call.name == "getElementById":
        return f"#{value}"
    return value if call.name == "querySelector" and _PART.fullmatch(value) else None


def _runs_at_once(node: Node) -> bool:
    return node.inside(*_FUNCTIONS) is None


RULE = Rule(
    id="script-before-element",
    languages=HTML,
    question="Is the element there when this line runs?",
    doc=__doc__,
    check=check,
)
