"""The prompt names a value to return, or a modulus, that the code does not contain.

Why: the case it is for was forgotten.

Bad:
    # "Return -1 if the word is not there."
    def place(words, word):
        for number, one in enumerate(words):
            if one == word:
                return number

Good:
    # "Return -1 if the word is not there."
    def place(words, word):
        for number, one in enumerate(words):
            if one == word:
                return number
        return -1

Known misses: values that are there for another reason; True, False, None and numbers from 0 on,
which code gives in many ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._stated import stated_modulus, stated_results
from harness.flags._stubs import stub_reason
from harness.flags.rule import PROCEDURAL, Context, Finding, Rule
from harness.models import Layer

# What gives -1 by itself.
_SEARCH = re.compile(r"find|index|search|cmp|compare", re.IGNORECASE)
_LARGE = re.compile(r"1e9|10\s*\*\*\s*9|10\s*,\s*9|MOD", re.IGNORECASE)


def check(context: Context) -> Iterable[Finding]:
    """Values of the prompt, looked for in the text of the whole program."""
    entry, task = context.entry, context.task
    if task is None or entry is None or stub_reason(entry, context):
        return
    place = entry.node.get("name") or entry.node
    code = _code(context)
    for value in stated_results(task):
        if not _has(code, value):
            yield Finding(
                place,
                f'the prompt says to return "{value}", which the code does not contain',
                f'When is "{value}" to be returned, and what does the code give then?',
            )
    modulus = stated_modulus(task)
    if modulus is not None and not _has_modulus(code, modulus):
        yield Finding(
            place,
            f"the prompt asks for results modulo {modulus}; the code has no such number",
            "Where is the result taken modulo this number?",
        )


def _code(context: Context) -> str:
    """The program without its comments and docstrings."""
    dropped = [*context.doc.comments]
    dropped += [
        one
        for one in context.doc.all("string")
        if one.parent is not None and one.parent.type == "expression_statement"
    ]
    text, at = [], 0
    for node in sorted(dropped, key=lambda one: one.start):
        text.append(context.doc.slice(at, max(at, node.start)))
        at = max(at, node.end)
    return "".join(text) + context.doc.slice(at, len(context.doc.data))


def _has_modulus(code: str, modulus: str) -> bool:
    return modulus in re.sub("[_']", "", code) or _LARGE.search(code) is not None


def _has(code: str, value: str) -> bool:
    if value.startswith("-") and value[1:].isdigit():
        pattern = rf"-\s*{value[1:]}(?!\d)"
        return re.search(pattern, code) is not None or (
            value == "-1" and bool(_SEARCH.search(code))
        )
    return value.lower() in code.lower()


RULE = Rule(
    id="spec-value-missing",
    languages=PROCEDURAL,
    question="When is this value to be returned?",
    doc=__doc__,
    check=check,
    layer=Layer.SPEC,
    in_prompt=True,
)
