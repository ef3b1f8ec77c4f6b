"""An ``onclick="…"`` or the like calls a function that no script of the page defines.

Why: nothing happens but an error in the console.

Bad:
    <button onclick="save()">Save</button> <script>function store() {}</script>

Good:
    <button onclick="store()">Save</button> <script>function store() {}</script>

Known misses: pages that load further scripts; functions that are defined too late or not globally.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.syntax.globals import known_in_javascript

_CALL = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)\s*\(")
_DECLARED = re.compile(r"\b(?:let|const|var|function)\s+([A-Za-z_$][\w$]*)|(?<![\w$])([\w$]+)\s*=>")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*(?:'|\\?\Z)|\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z)|`[^`]*(?:`|\Z)")
_SYNTAX = """
    if for while switch catch return typeof function new await async super void delete in of
    instanceof yield throw do else case
"""
# Methods of the element, of its form and of the document are in reach of a handler.
_METHODS = """
    submit reset click focus blur remove closest matches play pause load select setAttribute
    getAttribute removeAttribute toggleAttribute getElementById querySelector querySelectorAll
    appendChild append prepend before after replaceWith replaceChildren scrollIntoView show
    showModal close hidePopover showPopover togglePopover checkValidity reportValidity
    setCustomValidity requestSubmit requestFullscreen exitFullscreen write writeln createElement
    execCommand stepUp stepDown showPicker animate contains insertAdjacentHTML cloneNode
    removeChild insertBefore addEventListener getElementsByClassName getElementsByTagName
"""
_REACH = frozenset(_SYNTAX.split()) | frozenset(_METHODS.split())


def check(context: Context) -> Iterable[Finding]:
    """Names called in handlers."""
    page = context.page
    if page.has_foreign_script or any(one.scopes.dynamic for one in context.scripts):
        return
    known = context.script_names | _REACH | set(page.by_id)
    for _, handler in page.handlers:
        code = _STRING.sub("''", handler.value or "")
        own = {name for pair in _DECLARED.findall(code) for name in pair}
        for name in _CALL.findall(code):
            if name not in known | own and not known_in_javascript(name, browser=True):
                yield Finding(handler.node, f"no script of the page defines {name}")
                break


RULE = Rule(
    id="handler-undefined",
    languages=HTML,
    question="Which function should this call?",
    doc=__doc__,
    check=check,
)
