"""A format asks for another number of values than it is given, or is handed to print unused.

Why: too few values raise an error; one too many is left out without a word, or raises, too.
`print` does not fill in a format.

Bad:
    text = "{} of {}".format(done)
    print("%d left", left)

Good:
    text = "{} of {}".format(done, total)
    print("%d left" % left)

Known misses: formats that are not written in place; values handed over as one tuple.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import Formatter

from harness.flags.rule import PYTHON, Context, Finding, Rule
from harness.syntax.kinds import kind_of
from harness.syntax.shapes import Call, bare, binaries, calls
from harness.syntax.tree import Node

_PERCENT = re.compile(r"%(?:%|[-+ #0]*(\*|\d+)?(?:\.(\*|\d+))?[diouxXeEfFgGcrsa])")
_PRINTED = re.compile(r"%(?:%|\d*(?:\.\d+)?[dsfri])")
_PLAIN = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')(.*)\1\Z", re.DOTALL)
_SINGLE = frozenset({"int", "float", "bool", "str", "list", "set"})


def check(context: Context) -> Iterable[Finding]:
    """``"…" % values``, ``"…".format(values)`` and ``print("%d", value)``."""
    for one in binaries(context.doc):
        text = _text(one.left) if one.op == "%" else None
        given = _given(bare(one.right)) if text is not None else None
        if text is not None and given is not None and "%(" not in text:
            yield from _mismatch(one.left, _percent(text), given)
    for call in calls(context.doc):
        if call.name == "format" and call.receiver is not None:
            yield from _format(call)
        elif call.name == "print" and call.receiver is None and len(call.args) > 1:
            text = _text(call.args[0])
            found = [one for one in _PRINTED.findall(text or "") if one != "%%"]
            if len(found) == len(call.args) - 1:
                yield Finding(call.args[0], "print writes this format as it is")


def _text(node: Node) -> str | None:
    found = _PLAIN.match(node.text) if node.type == "string" else None
    return found[2] if found is not None else None


def _given(values: Node) -> int | None:
    """How many values stand right of a %; None where that cannot be told."""
    if values.type == "tuple":
        splat = any(one.type == "list_splat" for one in values.parts)
        return None if splat else len(values.parts)
    return 1 if kind_of(values) in _SINGLE else None


def _percent(text: str) -> int:
    found = [one for one in _PERCENT.finditer(text) if one[0] != "%%"]
    return len(found) + sum((one[1], one[2]).count("*") for one in found)


def _format(call: Call) -> Iterable[Finding]:
    receiver = call.receiver
    text = _text(bare(receiver)) if receiver is not None else None
    splat = any(one.type in ("list_splat", "dictionary_splat") for one in call.args)
    if receiver is None or text is None or splat or "\\" in text:
        return
    wanted = _holes(text)
    if wanted is not None:
        yield from _mismatch(receiver, wanted, len(call.args))


def _holes(text: str) -> int | None:
    """How many positional values a format takes; None if it is no format."""
    automatic, highest = 0, 0
    try:
        parsed = list(Formatter().parse(text))
        for _, name, spec, _ in tuple(parsed):
            parsed += Formatter().parse(spec) if name is not None and spec else []
    except ValueError:
        return None
    for _, name, _, _ in parsed:
        first = re.split(r"[.\[]", name)[0] if name is not None else None
        if first == "":
            automatic += 1
        elif first is not None and first.isdecimal():
            highest = max(highest, int(first[:4]) + 1)
    return automatic or highest


def _mismatch(where: Node, wanted: int, given: int) -> Iterable[Finding]:
    if wanted != given:
        yield Finding(where, f"the format asks for {wanted} values and gets {given}")


RULE = Rule(
    id="format-placeholders",
    languages=PYTHON,
    question="Which value belongs to which place of the format?",
    doc=__doc__,
    check=check,
)
