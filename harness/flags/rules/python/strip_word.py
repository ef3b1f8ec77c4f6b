"""strip, lstrip or rstrip is given a word.

Why: it takes off any of the letters, in any order, as long as they come:
`"test.txt".rstrip(".txt")` is `"tes"`.

Bad:
    stem = name.rstrip(".txt")

Good:
    stem = name.removesuffix(".txt")

Known misses: words in a variable; words of one kind of letters, such as all vowels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.constants import fold
from harness.syntax.shapes import calls

_INSTEAD = {"lstrip": "removeprefix", "rstrip": "removesuffix"}
_WORD = re.compile(r"[A-Za-z]{2}|[A-Za-z]\w*[.:/]|[.:/]\w*[A-Za-z]|^0[xXbBoO]$")
_SETS = re.compile(r"[aeiouyAEIOUY]+|([A-Za-z])\1+|.*(?:abc|xyz|ABC|XYZ|a-z|A-Z).*")


def check(context: Context) -> Iterable[Finding]:
    """Such calls whose argument reads as a word or an ending."""
    for call in calls(context.doc):
        if call.name not in ("strip", "lstrip", "rstrip") or call.receiver is None:
            continue
        constant = fold(call.args[0]) if len(call.args) == 1 else None
        text = constant.value if constant is not None else None
        if isinstance(text, str) and _is_word(text):
            hint = _INSTEAD.get(call.name)
            instead = f"; {hint} takes off the whole" if hint else ""
            yield Finding(call.args[0], f"this takes off each of the letters of {text}{instead}")


def _is_word(text: str) -> bool:
    pairs = {text, text.swapcase(), text.lower()}  # "xX": a letter in both cases
    one_letter = len({letter.lower() for letter in text if letter.isalpha()}) < 2
    if one_letter and not re.match(r"^0[xXbBoO]$", text):
        return len(pairs) > 1 and bool(re.search(r"[.:/]\w+[A-Za-z]|\w+[A-Za-z][.:/]", text))
    return bool(_WORD.search(text)) and not _SETS.fullmatch(text)


RULE = Rule(
    id="strip-word",
    languages=PYTHON,
    question="Should the whole word come off, or any of its letters?",
    doc=__doc__,
    check=check,
)
