"""A name is used that nothing defines.

Why: the line fails as soon as it runs: a typo, a forgotten import, a variable of another answer.

Bad:
    def mean(values):
        return sum(values) / len(vals)

Good:
    def mean(values):
        return sum(values) / len(values)

Known misses: names that are defined only on another path; programs that import everything,
evaluate text or (in a page) load scripts from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.models import Language, Layer
from harness.syntax.globals import PYTHON_BUILTINS, known_in_javascript
from harness.syntax.tree import Node


def check(context: Context) -> Iterable[Finding]:
    """Names no scope declares, each once, unless something dynamic may define them."""
    if context.scopes.dynamic:
        return
    known = _known(context)
    if known is None:
        return
    seen: set[str] = set()
    for node in context.scopes.unresolved:
        name = node.text
        if name in seen or name in known or _is_builtin(name, context) or _is_guarded(node):
            continue
        seen.add(name)
        from difflib import get_close_matches

        near = get_close_matches(name, _names(context), 1, 0.75)
        message = f"{name} is not defined" + (f"; {near[0]} is" if near else "")
        question = f"Is {name} meant to be {near[0]}?" if near else ""
        yield Finding(node, message, question)


def _is_builtin(name: str, context: Context) -> bool:
    if context.language is Language.PYTHON:
        return name in PYTHON_BUILTINS
    # A file on its own may be made for a browser; a JavaScript task runs in Node.
    browser = context.host is not None or context.task is None
    return known_in_javascript(name, browser=browser)


def _known(context: Context) -> set[str] | None:
    """Names from outside the program; None if there may be any."""
    known: set[str] = set()
    if context.task is not None:
        known.update(re.findall(r"\w+", context.task.preamble))
    if context.language is Language.JAVASCRIPT:
        # What a program asks for before it uses it may be absent.
        known.update(re.findall(r"\btypeof\s+\(?(\w+)", context.doc.source))
    if context.host is not None:
        if context.page.has_foreign_script:
            return None
        known.update(context.page.by_id)
        known.update(context.host.script_names)
    known.update(re.findall(r"\b(?:window|globalThis|self|global)\.(\w+)\s*=", context.doc.source))
    return known


def _is_guarded(node: Node) -> bool:
    """Where a missing name is expected: a try that catches it, an annotation not evaluated."""
    for above in node.ancestors:
        if above.type == "try_statement" and re.search(
            r"except[^\n]*\b(?:NameError|ImportError|Exception)\b|except\s*:", above.text
        ):
            return True
        if above.type == "type" and "from __future__ import annotations" in node.doc.source:
            return True
    return False


def _names(context: Context) -> list[str]:
    return [one.name for one in context.scopes.variables]


RULE = Rule(
    id="undefined-name",
    languages=PYTHON | JAVASCRIPT,
    question="Where does this name come from?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
)
