"""Candidates for the program a chat answer means, and how well each answers the task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness import syntax
from harness.intake import _answer_text as answer
from harness.intake import _repair as repair
from harness.models import Language

# C# prompts open a namespace and a class that only the tests close.
OPEN_ENDS = {Language.CSHARP: "\n}\n}\n"}
GOOD_ENOUGH = 5
_MAX_BLOCKS = 50
LONG_CHARS = 60_000  # beyond it nothing is repaired: every try costs a parse of the whole


@dataclass(frozen=True)
class Ask:
    """What the task wants, as far as extraction needs it."""

    language: Language
    entry_point: str | None
    prefix: str
    suffix: str

    def parses(self, source: str) -> bool:
        return not syntax.has_error(self.language, source)

    def completes(self, text: str) -> bool:
        """Whether prompt plus ``text`` parses."""
        end = self.suffix or OPEN_ENDS.get(self.language, "")
        return self.parses(self.prefix + text + end)

    def has_function(self, source: str) -> bool:
        """Like ``defined_in``, but a variable of that name is not enough: bodies have those."""
        return self.entry_point is None or any(
            one.name == self.entry_point
            and one.kind != "variable"
            and syntax.is_callable_from_outside(self.language, one)
            for one in syntax.definitions(self.language, source)
        )

    def defined_in(self, source: str) -> bool:
        return self.entry_point is None or (
            self.entry_point in source and syntax.defines(self.language, source, self.entry_point)
        )


@dataclass(frozen=True)
class Found:
    """A candidate: its text, its score (see ``_scored``), and what was done to get it.

    completion: the text is a body, to be put after the prompt.
    """

    text: str
    score: int
    note: str = ""
    completion: bool = False


def candidates(ask: Ask, text: str) -> Iterator[Found]:
    """Candidates from the most literal on; scores say how well each answers the task."""
    blocks = answer.fenced(text)
    fenced = ([block for block in blocks if block.may_be_code] or blocks)[:_MAX_BLOCKS]
    if not answer.has_fence_line(text):
        yield _scored(ask, text, "", fenced=False)
    many = len(fenced) > 1
    for number, block in enumerate(fenced, 1):
        note = f"fence {number} of {len(fenced)}" if many else ""
        found = _scored(ask, block.body, note)
        yield _with_needed(ask, found, fenced, block) if many else found
    if many:
        yield _scored(ask, "\n".join(block.body for block in fenced), "all fences joined")
    if fenced and "```" in answer.outermost(text):
        yield _scored(ask, answer.outermost(text), "outermost fences")
    if len(text) > LONG_CHARS:
        return
    bodies = [block.body for block in fenced]
    yield from _as_completions(ask, bodies)
    yield from _repaired(ask, text, bodies)


def _as_completions(ask: Ask, bodies: list[str]) -> Iterator[Found]:
    """A fence may hold the function's body alone."""
    for body in bodies if ask.prefix else ():
        variants = [body]
        if ask.language is Language.PYTHON:
            variants += [text for _, text in repair.reindented(ask.prefix, body)]
        text = repair.first_that(ask.completes, variants)
        if text is not None and not ask.has_function(text) and opened_by(ask):
            score = GOOD_ENOUGH if _has_statement(ask, text) else 0
            yield Found(text, score, "fence holds the body", completion=True)


def _has_statement(ask: Ask, text: str) -> bool:
    return "return" in text or "yield" in text or "=" in text or ask.language is Language.HTML


def _repaired(ask: Ask, text: str, bodies: list[str]) -> Iterator[Found]:
    for code in answer.tagged(text):
        yield _scored(ask, code, "between tags")
    for source in (*bodies, text):
        plain = answer.unescaped(source)
        if plain and not ask.parses(source):
            yield _scored(ask, plain, "HTML entities resolved", fenced=source is not text)
        typed = answer.without_prompts(source) if ask.language is Language.PYTHON else ""
        if typed:
            yield _scored(ask, typed, "transcript prompts left out", fenced=False)
        for tail in answer.code_starts(ask.language, source):
            if ask.parses(tail):
                yield _scored(ask, tail, "prose left out", fenced=False)
                continue
            cut = repair.first_that(ask.parses, repair.shortened(ask.language, tail))
            if cut is not None:
                yield _scored(ask, cut, "prose left out", fenced=False)
            yield _scored(ask, tail, "prose left out", fenced=False)


def _scored(ask: Ask, text: str, note: str, *, fenced: bool = True) -> Found:
    """Score a candidate by how well it answers the task.

    5 parses and defines the entry point, 4 defines another function, 3 and 2 the same in code
    that does not parse, 1 code of some kind, 0 nothing to run.
    """
    parses = ask.parses(text)
    if ask.entry_point is None:
        score = GOOD_ENOUGH if parses and (fenced or looks_like_code(ask, text)) else int(fenced)
    elif ask.has_function(text) or meant_in(ask, text):
        score = 5 if parses else 3
    elif ask.defined_in(text) or syntax.functions(ask.language, text):
        score = 4 if parses else 2
    else:
        score = int(fenced or (parses and looks_like_code(ask, text)))
    return Found(text, score, note)


_PROSE = {"comment", "ERROR", "identifier", "string", "integer", "number", "text"}
_WORDS = re.compile(r"[^(=;{<]*")


def looks_like_code(ask: Ask, text: str) -> bool:
    """Prose of a word or two parses in most languages; a statement is more than names."""
    for chunk in syntax.top_level(ask.language, text):
        plain = chunk.kind == "expression_statement"
        if chunk.kind not in _PROSE and not (plain and _WORDS.fullmatch(chunk.text)):
            return True
    return ask.language in (Language.SQL, Language.HTML)


def _with_needed(ask: Ask, found: Found, fenced: list[answer.Block], chosen: answer.Block) -> Found:
    """The chosen fence preceded by others that define names it uses and lacks."""
    if found.score < GOOD_ENOUGH:
        return found
    own = {one.name for one in syntax.definitions(ask.language, chosen.body)}
    needed = [
        block.body for block in fenced
        if block is not chosen and _provides(ask, block.body, own, chosen.body)
    ]  # fmt: skip
    if not needed:
        return found
    joined = _scored(ask, "\n".join([*needed, chosen.body]), f"{len(needed) + 1} fences joined")
    return joined if joined.score >= found.score else found


def _provides(ask: Ask, body: str, own: set[str], user: str) -> bool:
    if not ask.parses(body):
        return False
    names = {
        one.name for one in syntax.definitions(ask.language, body)
        if one.kind in ("function", "class") and not one.nested
    } - own  # fmt: skip
    return any(f"{name}(" in user for name in names)


def opened_by(ask: Ask) -> bool:
    return bool(ask.entry_point and re.search(rf"\b{re.escape(ask.entry_point)}\b", ask.prefix))


def meant_in(ask: Ask, text: str) -> bool:
    """Whether broken code means to define the entry point: then its error is what to report."""
    keyword = rf"\b(?:def|function|class|const|let|var)\s+{re.escape(ask.entry_point or '')}\b"
    return bool(re.search(keyword, text)) and not ask.parses(text)
