"""A function returns a value on some paths and ends without one on others.

Why: on the others the caller gets None or undefined, in C++ whatever lies there.

Bad:
    def is_sorted(values):
        for a, b in zip(values, values[1:]):
            if a > b:
                return False

Good:
    def is_sorted(values):
        for a, b in zip(values, values[1:]):
            if a > b:
                return False
        return True

Known misses: functions that are to find something, for which None says that there is nothing: only
those are flagged that give back true or false, or that promise a value. C# refuses to compile them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags._asked import gives_back
from harness.flags._values import head
from harness.flags.rule import CPP, JAVASCRIPT, PYTHON, Context, Finding, Rule
from harness.models import Language
from harness.syntax.blocks import as_loop, statements
from harness.syntax.constants import fold
from harness.syntax.flow import falls_off, returns_value
from harness.syntax.kinds import kind_of
from harness.syntax.scopes import Function

_MAY_BE_NOTHING = re.compile(
    r"\bNone\b|Optional|Any|NoReturn|void|Iterator|Generator|Iterable|auto"
)
_SWITCHES = ("switch_statement", "match_statement")


def check(context: Context) -> Iterable[Finding]:
    """Functions that promise a value, return one somewhere, and whose end can be reached."""
    for function in context.scopes.functions:
        valued = [one for one in function.returns if returns_value(one)]
        if not function.name or function.yields or not valued or not falls_off(function):
            continue
        if len(valued) < len(function.returns) or _ends_open(function):
            continue
        if _promises(function, context):
            yield Finding(head(function), f"{function.name} can end without returning a value")


def _ends_open(function: Function) -> bool:
    """Whether the end is reached only by a way that this cannot judge."""
    last = statements(function.body)[-1:]
    if not last:
        return True
    return last[0].type in _SWITCHES or (as_loop(last[0]) is not None and _is_certain(last[0].text))


def _is_certain(text: str) -> bool:
    """A loop that may be known to end by its return only."""
    return text.startswith(("while", "do"))


def _promises(function: Function, context: Context) -> bool:
    if context.language is Language.CPP:
        type_ = function.return_type
        return type_ is not None and function.name != "main" and (
            _MAY_BE_NOTHING.search(type_.text) is None
        )  # fmt: skip
    if function is context.entry and gives_back(context):
        return True
    if function.return_type is not None:
        return _MAY_BE_NOTHING.search(function.return_type.text) is None
    values = [one.parts[0] for one in function.returns if one.parts]
    if any(kind_of(one) != "bool" for one in values):
        return False
    constants = [fold(one) for one in values]
    return len({one.value for one in constants if one is not None}) == 1


RULE = Rule(
    id="return-on-some-paths",
    languages=PYTHON | JAVASCRIPT | CPP,
    question="What should come back when the end is reached?",
    doc=__doc__,
    check=check,
    in_prompt=True,
)
