"""A format asks for another number of values than the call gives.

Why: too few throw (C#) or print whatever is in memory (C++); one too many is not printed.

Bad (cpp):
    printf("%d of %d\n", done);

Bad (csharp):
    string.Format("{0} of {1}", done);

Good (cpp):
    printf("%d of %d\n", done, all);

Good (csharp):
    string.Format("{0} of {1}", done, all);

Known misses: formats that are not written in the call; values handed over as one array.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import CPP, CSHARP, Context, Finding, Rule
from harness.models import Language
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import Call, calls

_PLACES = {"printf": 0, "fprintf": 1, "sprintf": 1, "snprintf": 2,
           "Format": 0, "WriteLine": 0, "Write": 0, "AppendFormat": 0}  # fmt: skip
_CONVERSION = re.compile(r"%(?:%|[-+ #0]*(\*|\d*)(?:\.(\*|\d*))?(?:hh|h|ll|l|j|z|t|L)?[a-zA-Z])")
_HOLE = re.compile(r"\{\{|\}\}|\{(\d+)[^{}]*\}")
_STRINGS = frozenset({"string_literal", "verbatim_string_literal"})
# Methods of the same names that are no formatting have other receivers.
_RECEIVERS = re.compile(
    r"(?:System\.)?(?:string|String|Console)|\w*(?:sb|builder)\w*", re.IGNORECASE
)


def check(context: Context) -> Iterable[Finding]:
    """Calls with a written format whose values do not match it."""
    for call in calls(context.doc):
        place = _PLACES.get(call.name)
        if place is None or len(call.args) <= place or call.args[place].type not in _STRINGS:
            continue
        given = len(call.args) - place - 1
        text = call.args[place].text
        if context.language is Language.CPP:
            wanted: int | None = _conversions(text)
        else:
            wanted = _holes(text) if _is_format(call, given) else None
        if wanted is not None and wanted != given:
            message = f"the format asks for {wanted} values, the call gives {given}"
            yield Finding(call.args[place], message)


def _conversions(text: str) -> int:
    found = [one for one in _CONVERSION.finditer(text) if one[0] != "%%"]
    return len(found) + sum((one[1], one[2]).count("*") for one in found)


def _holes(text: str) -> int:
    indices = [int(one[1][:4]) for one in _HOLE.finditer(text) if one[1]]
    return max(indices, default=-1) + 1


def _is_format(call: Call, given: int) -> bool:
    """Whether C# formats here: with values given one by one."""
    if call.receiver is None or _RECEIVERS.fullmatch(call.receiver.text) is None:
        return False
    if given == 0 and call.name in ("WriteLine", "Write"):
        return False
    return given != 1 or kind_of(call.args[1]) not in ("list", "") or call.name != "Format" or (
        call.args[1].type in _STRINGS
    )  # fmt: skip


RULE = Rule(
    id="format-arguments",
    languages=CPP | CSHARP,
    question="Which value belongs to which place of the format?",
    doc=__doc__,
    check=check,
)
