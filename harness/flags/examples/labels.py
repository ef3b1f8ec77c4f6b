"""Examples that name inputs instead of showing a call: labels, sentences, arrows, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.flags.examples.declared import Declared
from harness.flags.examples.forms import Shown, rest
from harness.flags.examples.literals import Literals, NotLiteral
from harness.flags.examples.prose import Prose
from harness.models import Json, Language

MAX_FOUND = 100
_INPUT = re.compile(r"\b(?:Inputs?|Arguments?)[ \t]*\d*[ \t`*]*(?::|=)[ \t`*]*\n?", re.IGNORECASE)
_OUTPUT = re.compile(
    r"[\s,;`*]*(?:(?:expected|sample|example)[ \t]+)?(?:outputs?|returns?|result)[ \t]*\d*[ \t`*]*"
    r"(?::|=|->|=>)[ \t`*]*\n?[ \t]*",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:for|if|when|with|given)\b[ \t`]+", re.IGNORECASE)
_SHOULD = re.compile(
    r"(?:[^\n]{0,80}?(?=\bthe (?:output|result|answer) (?:should|must|will) ))?[ \t`*]*,?[ \t]*"
    r"(?:then[ \t]+)?(?:the[ \t]+)?(?:(?:function|output|result|answer|it)[ \t]+)?"
    r"(?:(?:should|must|will|would)[ \t]+(?:be|return|give|output)|is|returns?|gives|outputs?)"
    r"[ \t`*]*:?[ \t`*]*",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[ \t`*]*(?:=>|==>|->|-->|➞|→|⟶|⇒|⟹|↦)[ \t`*]*")
_NAME = re.compile(r"[\s`*]*([A-Za-z_]\w*)[ \t`*]*(?:=|:|==)(?!=)[ \t`]*")
_BETWEEN = re.compile(
    r"[ \t`]*(?:,[ \t`]*(?:and\b)?|;|\band\b|\n(?=[ \t`]*[A-Za-z_]\w*[ \t]*[=:]))"
)
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$")
_OUTPUT_CELL = re.compile(
    r"^(?:expected |sample )?(?:outputs?|returns?|results?|expected)( value)?$"
)


def labelled(prose: Prose, language: Language, to: Declared) -> Iterator[Shown]:
    """``Input: n = 3, k = 2`` with ``Output: 5`` behind it or below."""
    literals = Literals(prose.text, language)
    for found in _limited(_INPUT, prose.text):
        try:
            args, at = inputs(literals, found.end(), to)
            output = _OUTPUT.match(prose.text, at)
            if output is not None:
                yield _shown(literals, args, found.start(), output.end())
        except NotLiteral:
            continue


def sentences(prose: Prose, language: Language, to: Declared) -> Iterator[Shown]:
    """Sentences: ``For x = 3, the output should be 4``."""
    literals = Literals(prose.text, language)
    for found in _limited(_GIVEN, prose.text):
        try:
            args, at = inputs(literals, found.end(), to)
            said = _SHOULD.match(prose.text, at)
            if said is not None:
                yield _shown(literals, args, found.start(), said.end())
        except NotLiteral:
            continue


def arrows(prose: Prose, language: Language, to: Declared) -> Iterator[Shown]:
    """``[1, 2], 3 -> 6`` alone on its line."""
    literals = Literals(prose.text, language)
    for count, start in enumerate(prose.starts):
        end = prose.text.find("\n", start)
        line = prose.text[start : len(prose.text) if end < 0 else end]
        if count >= 2000 or not re.search(r"=>|->|➞|→|⟶|⇒|⟹|↦", line):
            continue
        try:
            args, at = inputs(literals, start, to)
            arrow = _ARROW.match(prose.text, at)
            if arrow is not None:
                yield _shown(literals, args, start, arrow.end())
        except NotLiteral:
            continue


def tables(prose: Prose, language: Language, to: Declared) -> Iterator[Shown]:
    """Markdown tables whose columns are the parameters (or Input) and the value."""
    names: list[str] | None = None
    for count, start in enumerate(prose.starts):
        end = prose.text.find("\n", start)
        row = _ROW.match(prose.text[start : len(prose.text) if end < 0 else end])
        if row is None or count >= 2000:
            names = None
            continue
        cells = [cell.strip(" `*") for cell in row[1].split("|")]
        if names is None:
            names = [cell.lower() for cell in cells]
        elif not set("".join(cells)) <= set("-: "):
            shown = _row(names, cells, language, to, start)
            if shown is not None:
                yield shown


def _row(
    names: list[str], cells: list[str], language: Language, to: Declared, start: int
) -> Shown | None:
    wanted = [one.name.lower() for one in to.params or ()]
    inputs_ = names[:-1]
    if len(cells) != len(names) or not _OUTPUT_CELL.match(names[-1]) or not wanted:
        return None
    if inputs_ != wanted and not (len(wanted) == 1 and inputs_ in (["input"], ["inputs"])):
        return None
    try:
        values = [_whole(cell, language) for cell in cells]
    except NotLiteral:
        return None
    return Shown(tuple(values[:-1]), (), values[-1], start, start + 1)


def _whole(cell: str, language: Language) -> Json:
    value, end = Literals(cell, language).read(0)
    if cell[end:].strip():
        raise NotLiteral("more in the cell")
    return value


def inputs(literals: Literals, at: int, to: Declared) -> tuple[tuple[Json, ...], int]:
    """Values for every parameter, named or in order. Raises NotLiteral."""
    if to.params is None:
        raise NotLiteral("no declaration says what the inputs are")
    wanted = [one.name for one in to.params]
    named: dict[str, Json] = {}
    plain: list[Json] = []
    while len(named) + len(plain) < len(wanted):
        if named or plain:
            between = _BETWEEN.match(literals.text, at)
            if between is None:
                break
            at = between.end()
        label = _NAME.match(literals.text, at)
        value, at = literals.read(label.end() if label else at)
        if label is None:
            plain.append(value)
        elif label[1] in wanted and label[1] not in named:
            named[label[1]] = value
        else:
            raise NotLiteral("no parameter of that name")
    if named and (plain or len(named) != len(wanted)):
        raise NotLiteral("not every parameter has a value")
    if not named and len(plain) != len(wanted):
        raise NotLiteral("too few values")
    return tuple(named[name] for name in wanted) if named else tuple(plain), at


def _shown(literals: Literals, args: tuple[Json, ...], start: int, at: int) -> Shown:
    if literals.text.startswith("\n", at):
        raise NotLiteral("nothing on the line")
    expected, end = literals.read(at)
    return Shown(args, (), expected, start, rest(literals.text, end))


def _limited(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for count, found in enumerate(pattern.finditer(text)):
        if count >= MAX_FOUND:
            return
        yield found
