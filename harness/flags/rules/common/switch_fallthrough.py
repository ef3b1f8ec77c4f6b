"""A case does something and goes on into the next one.

Why: without break or return the statements of the next case run too.

Bad:
    case 1: price = 5;
    case 2: price = 8; break;

Good:
    case 1: price = 5; break;
    case 2: price = 8; break;

Known misses: cases that leave on some paths only. A comment about falling through, or
[[fallthrough]], says that it is meant; a next case that only breaks does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from harness.flags.rule import CPP, JAVASCRIPT, Context, Finding, Rule
from harness.syntax.flow import leaves
from harness.syntax.tree import Node

_MEANT = re.compile(r"fall|through|intention|no break|continue", re.IGNORECASE)
# Calls that, by their name, do not come back.
_FAILS = re.compile(
    r"throw|fail|error|unexpected|abort|exit|panic|die\b|unreachable", re.IGNORECASE
)
_CASES = frozenset({"switch_case", "switch_default", "case_statement"})


def check(context: Context) -> Iterable[Finding]:
    """Cases with statements of which none leaves, before a case that does something."""
    for body in _bodies(context):
        cases = [one for one in body.parts if one.type in _CASES]
        for case, following in pairwise(cases):
            if _goes_on(case) and _does_something(following) and not _is_meant(case, following):
                yield Finding(case.children[0], "this case goes on into the next one")


def _bodies(context: Context) -> Iterator[Node]:
    for switch in context.doc.all("switch_statement"):
        body = switch.get("body")
        if body is not None:
            yield body


def _body(case: Node) -> list[Node]:
    return [one for one in case.parts if one.field != "value" and one.text != ";"]


def _goes_on(case: Node) -> bool:
    body = _body(case)
    # What may leave on a path, or is a macro, is not judged.
    return bool(body) and not any(_may_leave(one) for one in body) and (
        _FAILS.search(body[-1].text) is None
    )  # fmt: skip


def _may_leave(node: Node) -> bool:
    return leaves(node) or any(
        one.type in ("return_statement", "break_statement", "continue_statement", "goto_statement",
                     "throw_statement")
        for one in node.walk()
    )  # fmt: skip


def _does_something(case: Node) -> bool:
    return any(one.type != "break_statement" for one in _body(case))


def _is_meant(case: Node, following: Node) -> bool:
    said = (one.text.lower() for one in _body(case)[-2:])
    if any("fallthrough" in text.partition("//")[0] for text in said):
        return True
    return any(
        _body(case)[-1].end <= one.start <= following.start and _MEANT.search(one.text)
        for one in case.doc.comments
    )


RULE = Rule(
    id="switch-fallthrough",
    languages=JAVASCRIPT | CPP,
    question="Should the next case run as well?",
    doc=__doc__,
    check=check,
)
