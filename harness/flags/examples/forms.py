"""The ways in which prompts show what a call gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.flags.examples.declared import Declared
from harness.flags.examples.literals import Literals, NotLiteral
from harness.flags.examples.prose import Prose
from harness.models import Json, Language

MAX_CALLS = 200


@dataclass(frozen=True)
class Shown:
    """A call and its value as a prompt shows them. named: keyword arguments.

    start, end: offsets in the prose. exact: shown by the language's own equality (``==``) or by
    an interpreter (``>>>``), so that a tuple is not a list.
    """

    args: tuple[Json, ...]
    named: tuple[tuple[str, Json], ...]
    expected: Json
    start: int
    end: int
    exact: bool = False


_GAP = r"[ \t`*]*"
_EQUAL = r"==>|===?|=>|-->|->|:=|=|➞|→|⟶|⇒|⟹|↦"
_SAYS = (
    r"(?:it\s+|this\s+|which\s+|the\s+function\s+|the\s+call\s+)?"
    r"(?:(?:should|must|will|would|shall)\s+)?"
    r"(?:returns?|give[sn]?|yields?|equals?|be|is|produces?|outputs?|evaluates?\s+to|results?\s+in"
    r"|is\s+equal\s+to|becomes?)"
    r"(?:\s+(?:back|the\s+(?:value|number|list|string|array|result)|equal\s+to))?"
)
_RESULT = (
    r"(?:the\s+)?(?:expected\s+)?(?:output|result|answer|return\s+value)\s*"
    r"(?:(?:should|must|will|would)\s+be|is|:|=)"
)
_REMARK = rf";?[ \t]*(?:#|//)[ \t]*(?:{_EQUAL}|{_SAYS}\b|{_RESULT})?"
_RELATION = re.compile(
    rf"{_GAP}(?:(?P<equal>{_EQUAL})|(?P<remark>{_REMARK})"
    rf"|,?[ \t]*(?:{_RESULT}|{_SAYS})(?!\w)){_GAP}:?{_GAP}",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"(?:^|\n)[ \t]*(?:>>>?|>|\$|In\s*\[\d+\]:)[ \t]*$")
_ECHO = re.compile(r"[ \t]*;?[ \t`]*\n[ \t]*(?:(?:>>>?|>)[ \t]+|Out\s*\[\d+\]:[ \t]*)?")
_NEXT_RELATION = re.compile(
    rf"[ \t]*;?[ \t`]*\n[ \t]*(?:[#/*]+[ \t]*)?"
    rf"(?:{_EQUAL}|{_RESULT}|(?:should\s+)?returns?:?|Output:)[ \t]*",
    re.IGNORECASE,
)
# What may stand behind a value without changing it.
_REST = re.compile(
    r"[ \t`*]*(?:$|\n|[.;:!](?=\s|$)|\*/|#|//|--|—|–|\"\"\"|'''|<"
    r"|[ \t]+(?:\(|because\b|since\b|as\b|while\b|whereas\b|where\b|but\b|note\b)"
    r"|,(?![ \t]*(?:[-+\d\"'\[({.]|True\b|False\b|None\b|true\b|false\b|null\b))"
    r"|[ \t]+and[ \t](?![ \t]*(?:[-+\d\"'\[({.]|True\b|False\b|None\b|true\b|false\b|null\b)))"
)
# Before a call: what makes it part of a larger expression or takes the sentence back.
_PART = re.compile(
    r"(?:[-+*/%!~^|&]|\bnot|\bif|\bunless|\bdef|\bfunction|\bnew|\blambda)[ \t]*$|\.$"
)
_ASSERT_EQUAL = re.compile(r"assert(?:Equals?|\.(?:deep|strict|deepStrict)?[eE]qual)\([ \t]*$")
_EXPECT = re.compile(r"expect\([ \t]*$")
_TO_BE = re.compile(r"\)\.to(?:Be|Equal|StrictEqual)\([ \t]*")


def calls(prose: Prose, name: str, language: Language, to: Declared) -> Iterator[Shown]:
    """``f(1) == 2``, ``>>> f(1)`` with its value below, and everything like them."""
    literals = Literals(prose.text, language)
    pattern = re.compile(rf"(?<![\w$])(?:[A-Z]\w*\.)?{re.escape(name)}[ \t]*\(")
    for count, found in enumerate(pattern.finditer(prose.text)):
        if count >= MAX_CALLS:
            return
        shown = _call(literals, found)
        if shown is not None:
            yield shown


def _call(literals: Literals, found: re.Match[str]) -> Shown | None:
    before = _line_before(literals.text, found.start())
    try:
        args, named, end = arguments(literals, found.end())
        expected, behind, exact = _given(literals, before, end)
    except NotLiteral:
        return None
    return Shown(args, named, expected, found.start(), behind, exact)


def _line_before(text: str, at: int) -> str:
    """What stands on the line before an offset, the line break included."""
    return text[max(0, text.rfind("\n", 0, at)) : at][-400:]


def arguments(
    literals: Literals, at: int
) -> tuple[tuple[Json, ...], tuple[tuple[str, Json], ...], int]:
    """Arguments up to the closing parenthesis. Raises NotLiteral."""
    args: list[Json] = []
    named: list[tuple[str, Json]] = []
    keyword = re.compile(r"\s*([A-Za-z_]\w*)\s*[=:](?!=)\s*")
    while True:
        at = literals.skip(at)
        if literals.text.startswith(")", at):
            return tuple(args), tuple(named), at + 1
        label = keyword.match(literals.text, at)
        value, at = literals.read(label.end() if label else at)
        if label:
            named.append((label[1], value))
        elif named:
            raise NotLiteral("a positional argument behind a named one")
        else:
            args.append(value)
        at = literals.skip(at)
        if literals.text.startswith(",", at):
            at += 1
        elif not literals.text.startswith(")", at):
            raise NotLiteral("no call")


def _given(literals: Literals, before: str, at: int) -> tuple[Json, int, bool]:
    """The value shown for a call that ends at ``at``. Raises NotLiteral."""
    text = literals.text
    if _PART.search(before):
        raise NotLiteral("part of an expression")
    if _ASSERT_EQUAL.search(before) and text.startswith(",", at):
        value, end = literals.read(at + 1)
        return value, _closed(literals, end), True
    to_be = _TO_BE.match(text, at) if _EXPECT.search(before) else None
    if to_be:
        value, end = literals.read(to_be.end())
        return value, _closed(literals, end), False
    relation = _RELATION.match(text, at)
    if relation:
        value, end = literals.read(_same_line(text, relation.end()))
        return value, rest(text, end), relation["equal"] == "=="
    below = _ECHO.match(text, at) if _PROMPT.search(before) else _NEXT_RELATION.match(text, at)
    if below is None:
        raise NotLiteral("nothing is said of its value")
    value, end = literals.read(_same_line(text, below.end()))
    return value, rest(text, end), True


def _same_line(text: str, at: int) -> int:
    if text.startswith("\n", at) or at >= len(text):
        raise NotLiteral("nothing on the line")
    return at


def _closed(literals: Literals, at: int) -> int:
    at = literals.skip(at)
    if not literals.text.startswith(")", at) and not literals.text.startswith(",", at):
        raise NotLiteral("not closed")
    return at


def rest(text: str, at: int) -> int:
    """``at``, if nothing behind a value makes it another one. Raises NotLiteral."""
    if not _REST.match(text, at):
        raise NotLiteral("more follows the value")
    return at
