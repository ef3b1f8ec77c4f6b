"""What a prompt states in so many words: the largest size of its input, values to return."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.models import Task

MAX_PROMPT_CHARS = 20_000
# From here on a number called n is a value rather than how many there are of something.
MAX_SIZE = 10**7
_NUMBER = (
    r"(?:(?P<times>\d{1,3})\s{0,2}(?:\*|x|×|·)\s{0,2})?"
    r"(?:10\s{0,2}(?:\^|\*\*)\s{0,2}\{?(?P<power>\d{1,2})|(?P<lead>\d)e(?P<exp>\d{1,2})"
    r"|(?P<plain>\d{1,3}(?:[,_ ]\d{3}){1,4}|\d{2,12}))"
)
# Compiled when first used: a program without a task needs none of them.
_LENGTH = (
    r"(?:\b[nNmM]|\blen(?:gth)?\([^()\n]{1,40}\)|\.?\b(?:length|size|len|count)|\|\w{1,20}\|)[`$*]{0,2}"
    r"\s{0,3}(?:<=|<|≤|\\leq?|&lt;=)\s{0,3}[`$]?" + _NUMBER
)
_UP_TO = (
    r"(?i)\b(?:up to|at most|no more than|as many as)\s{1,3}[`$]?" + _NUMBER
    + r"[`$]?\s{1,3}(?:\w{1,20}\s{1,3})?(?:elements|items|numbers|integers|characters|entries"
    r"|values|words|strings|nodes|edges|queries|rows|lines|points)\b"
)  # fmt: skip
# A line with a call, an arrow or a prompt tells what one call gives.
_EXAMPLE = r">>>|==|->|=>|→|⇒|➞|\w\(|\b[Ii]nput|\b[Oo]utput|\bexample|\be\.g\."
_WORDS = frozenset({"none", "null", "true", "false", "undefined", "nan", "nil"})
_RETURN = (
    r"(?i)\breturn(?:s|ed|ing)?\s{1,3}(?:the\s{1,3})?(?:string|value|number|integer)?\s{0,3}`?"
    r"(?P<value>-\d{1,6}(?![\d.])|\"[^\"\n]{1,30}\"|'[^'\n]{1,30}')`?\s{0,3}"
    r"(?=$|[.,;:)]|if\b|when\b|otherwise\b|in case\b|for\b|and\b|or\b|else\b)"
)
_MODULO = (
    r"(?i)\bmod(?:ulo|ulus)?\b[^\n]{0,30}?(?P<prime>10\s?(?:\^|\*\*)\s?\{?9\}?\s?\+\s?7|1e9\s?\+\s?7"
    r"|1[,_ ]?000[,_ ]?000[,_ ]?007|998[,_ ]?244[,_ ]?353)"
)


@lru_cache(maxsize=64)
def _bounds(prompt: str) -> tuple[int, ...]:
    return tuple(
        _value(one) for pattern in (_LENGTH, _UP_TO) for one in re.finditer(pattern, prompt)
    )


def _value(found: re.Match[str]) -> int:
    number: int
    if found["power"]:
        number = 10 ** int(found["power"])
    elif found["lead"]:
        number = int(found["lead"]) * 10 ** int(found["exp"])
    else:
        number = int(re.sub(r"\D", "", found["plain"]))
    return number * int(found["times"] or 1)


def stated_size(task: Task | None) -> int:
    """The largest number of things the prompt says there may be; 0 if it does not say."""
    return max((one for one in _stated(task) if one <= MAX_SIZE), default=0)


def stated_bound(task: Task | None) -> int:
    """The largest n or length that the prompt allows; 0 if it does not say."""
    return max(_stated(task), default=0)


def _stated(task: Task | None) -> tuple[int, ...]:
    return _bounds(task.prompt[:MAX_PROMPT_CHARS]) if task is not None else ()


def stated_results(task: Task) -> tuple[str, ...]:
    """Values the prose says to return: "-1", or a quoted text without its quotes."""
    return _results(task.prompt[:MAX_PROMPT_CHARS])


@lru_cache(maxsize=64)
def _results(prompt: str) -> tuple[str, ...]:
    found: list[str] = []
    for line in prompt.splitlines():
        if re.search(_EXAMPLE, line) is None:
            found += [one["value"].strip("\"'") for one in re.finditer(_RETURN, line)]
    return tuple(one for one in dict.fromkeys(found) if one.lower() not in _WORDS)


def stated_modulus(task: Task) -> str | None:
    """The prime that results are to be taken modulo of."""
    found = re.search(_MODULO, task.prompt[:MAX_PROMPT_CHARS])
    if found is None:
        return None
    return "998244353" if found["prime"].startswith("998") else "1000000007"
