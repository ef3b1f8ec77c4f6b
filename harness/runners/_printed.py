"""Answers of calls that a program printed, each between two control characters.

Asking one by one costs two switches between processes a call; a program that makes all its calls
and prints what they gave costs none. What is printed is the response's word: good enough for a
flag, never for a verdict.
"""

from __future__ import annotations

import re

from harness.runners._job import Wire

# STX, the call's number, a reply (JSON), ``signal N`` or ``exit N``, ETX.
_PRINTED = re.compile(r"\x02(\d{1,6}) (.*?)\x03", re.DOTALL)


def printed_answers(report: Wire, count: int) -> list[Wire]:
    """Answers as of a ``calls`` step from the report of a ``run`` step.

    A call that neither replied nor ended is the one that a limit cut off; those behind it were
    not asked.
    """
    replies = {int(found[1]): found[2] for found in _PRINTED.finditer(report.get("stdout", ""))}
    given: list[Wire] = []
    stopped = bool(report.get("skipped"))
    for number in range(count):
        reply = replies.get(number)
        if reply is None:
            given.append({"skipped": True} if stopped else {"process": report})
            stopped = True
        elif reply.startswith("{"):
            given.append({"reply": reply})
        else:
            given.append({"process": _ended(reply)})
    return given


def _ended(reply: str) -> Wire:
    """``signal 11`` or ``exit 3``, as the report of a process."""
    what, _, number = reply.partition(" ")
    # The text is the response's own: it may hold digits that int() refuses, or thousands of them.
    ended = int(number) if re.fullmatch(r"[0-9]{1,6}", number) else 1
    return {"signal": ended} if what == "signal" else {"exit": ended}
