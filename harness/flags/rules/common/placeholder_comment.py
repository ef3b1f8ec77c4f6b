"""A comment stands where code should be: "your code here", "rest of the code".

Why: something was left out, and the comment says so.

Bad:
    def save(rows):
        for row in rows:
            # ... rest of the code stays the same
            count += 1

Good:
    def save(rows):
        for row in rows:
            write(row)
            count += 1

Known misses: omissions that no comment admits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import Context, Finding, Rule
from harness.models import Language, Layer
from harness.syntax.tree import Node

_SCAFFOLD = re.compile(
    r"""
      \b(?:your|my)\s+(?:\w+\s+)?(?:code|logic|implementation|solution)\s+(?:goes\s+)?here\b
    | \b(?:add|write|insert|put|place|implement)\s+your\s+(?:\w+\s+)?
      (?:code|logic|implementation|solution)\b
    | \b(?:code|logic|implementation)\s+(?:goes|to\s+go)\s+here\b
    | \btodo\b[:\s]*(?:implement|add|complete|finish|write|fill)\b
    | \bfill\s+(?:this\s+|me\s+)?in\b\s*(?:here|$|\.)
    | \bimplement(?:ation)?\s+(?:me|here|goes\s+here|this\s+(?:function|method))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OMISSION = re.compile(
    r"""
      \A\W*(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the|your|this)\s+(?:\w+\s+)?
      (?:code|function|implementation|logic|class|program|script|methods?)\b
    | (?:\.\.\.|…)\s*(?:existing|other|remaining|previous|same|rest)\b
    | \b(?:existing|previous|remaining)\s+code\s+(?:here|remains|stays|unchanged)\b
    | \b(?:to\s+be|not\s+yet|needs?\s+to\s+be)\s+implemented\b
    | \bplaceholder\s+(?:implementation|logic|code|value|return)\b
    | \bsimilar(?:ly)?\s+for\s+(?:the\s+)?(?:other|remaining|rest)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def check(context: Context) -> Iterable[Finding]:
    """Comments that speak of code that is not there."""
    for comment in context.doc.comments:
        text = comment.text[:400]
        found = _OMISSION.search(text)
        if found is None:
            found = _SCAFFOLD.search(text)
            if found is not None and _is_followed_by_code(comment):
                continue
        if found is not None:
            yield Finding(comment, f"a comment stands for code: {' '.join(found[0].split())}")


def _is_followed_by_code(comment: Node) -> bool:
    """Whether the code asked for stands below: then the comment was only left over."""
    doc = comment.doc
    below = doc.slice(comment.end, comment.end + 2000).lstrip("\r\n")
    lines = [line for line in below.split("\n") if line.strip() and not _REMARK.match(line)]
    if not lines:
        return False
    if doc.language is Language.PYTHON:
        column = doc.place(comment.start)[1] - 1
        first = lines[0]
        return len(first) - len(first.lstrip()) >= column and first.strip() not in _NOTHING
    return not lines[0].lstrip().startswith(("}", "</", "return 0;", "return null;", "throw "))


_REMARK = re.compile(r"\s*(?:#|//|--|\*)")
_NOTHING = ("pass", "...", "return", "return None", "raise NotImplementedError")


RULE = Rule(
    id="placeholder-comment",
    languages=frozenset(Language),
    question="What code is missing here?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    broken=True,
)
