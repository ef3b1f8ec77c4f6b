"""A script looks for an id that is not in the page.

Why: it gets null, and the next line that uses it fails.

Bad:
    <button id="save">Save</button>
    <script>document.getElementById("submit").onclick = save;</script>

Good:
    <button id="save">Save</button>
    <script>document.getElementById("save").onclick = save;</script>

Known misses: selectors put together at run time; pages that load further scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule
from harness.models import Layer
from harness.syntax.constants import fold
from harness.syntax.shapes import Call, calls

_SELECTOR_CALLS = frozenset({"querySelector", "querySelectorAll", "$", "jQuery"})
_ID = re.compile(r"#(-?[_a-zA-Z][\w-]*)")


def check(context: Context) -> Iterable[Finding]:
    """Literal ids in getElementById and in selectors."""
    scripts = context.scripts
    if not scripts:
        return
    ids = context.ids
    if ids.open:
        return
    for script in scripts:
        for call in calls(script.doc):
            for name in _wanted(call):
                if name not in ids.known:
                    yield Finding(call.args[0], f"no element of the page has the id {name}")


def _wanted(call: Call) -> list[str]:
    constant = fold(call.args[0]) if len(call.args) == 1 else None
    value = constant.value if constant is not None else None
    if not isinstance(value, str):
        return []
    if call.name == "getElementById":
        return [value] if value and not value.startswith("#") else []
    if call.name in _SELECTOR_CALLS and "," not in value and "[" not in value:
        return _ID.findall(value)
    return []


RULE = Rule(
    id="script-missing-id",
    languages=HTML,
    question="Which element is meant?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
)
