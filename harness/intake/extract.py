"""Finding the program in a response.

What a response's text is — a completion, a whole file, a chat answer — is decided by parsing:
candidates are tried from the most literal to the most repaired, and the first one that parses
and defines the entry point wins. Text that parses as it stands is never touched: a benchmark's
meaning is its prompt plus the completion, and a repair must not turn a wrong answer right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness import syntax
from harness.intake import _answer_text as answer
from harness.intake import _repair as repair
from harness.intake._code_prompt import context, is_header
from harness.models import Code, Form, Language, Response, Task

_SIGNATURE_CHECKS = ("name", "arg_names", "arg_count")
# C# prompts open a namespace and a class that only the tests close.
_OPEN_ENDS = {Language.CSHARP: "\n}\n}\n"}
_GOOD_ENOUGH = 5
_MAX_BLOCKS = 50
_LONG_CHARS = 60_000  # beyond it nothing is repaired: every try costs a parse of the whole


@dataclass(frozen=True)
class _Ask:
    """What the task wants, as far as extraction needs it."""

    language: Language
    entry_point: str | None
    prefix: str
    suffix: str

    def parses(self, source: str) -> bool:
        return not syntax.has_error(self.language, source)

    def completes(self, text: str) -> bool:
        """Whether prompt plus ``text`` parses."""
        end = self.suffix or _OPEN_ENDS.get(self.language, "")
        return self.parses(self.prefix + text + end)

    def has_function(self, source: str) -> bool:
        """Like ``defined_in``, but a variable of that name is not enough: bodies have those."""
        return self.entry_point is None or any(
            one.name == self.entry_point and one.kind != "variable" and not one.nested
            for one in syntax.definitions(self.language, source)
        )

    def defined_in(self, source: str) -> bool:
        return self.entry_point is None or (
            self.entry_point in source and syntax.defines(self.language, source, self.entry_point)
        )


@dataclass(frozen=True)
class _Found:
    text: str
    score: int
    note: str = ""
    completion: bool = False


def extract(task: Task, response: Response) -> Code | None:
    """The program of a response, or None if there is no code in it (verdict: rejected).

    A declared form is kept to unless its text does not parse; Form.AUTO tries all. Never
    raises for any text.
    """
    prefix = task.prefix if response.prefix is None else response.prefix
    ask = _Ask(task.language, task.entry_point, prefix, task.suffix)
    text = response.text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        return None
    if len(text) > syntax.MAX_SOURCE_BYTES:
        return _unparsed(ask, text, response.form)
    if response.form is Form.COMPLETION:
        return _from_completion(ask, text)
    if response.form is Form.FULL:
        return _from_file(ask, text)
    fences = answer.has_fence_line(text)
    if response.form is Form.AUTO and ask.prefix and (not fences or _is_plain_body(ask, text)):
        return _from_unknown(ask, text)
    return _from_chat(ask, text, response.form)


def _is_plain_body(ask: _Ask, text: str) -> bool:
    """A completion whose fences are inside its strings or comments."""
    return repair.is_body(text) and ask.completes(text)


def resolve_entry_point(task: Task, code: Code) -> str | None:
    """The name to call in ``code``: the entry point, or what stands for it.

    Tasks that check the candidate's signature apart call the first function found when the
    name is wrong. None: there is nothing to call.
    """
    if task.entry_point is None or code.entry_point_found:
        return task.entry_point
    if not any(case.check in _SIGNATURE_CHECKS for case in task.cases):
        return None
    for found in syntax.functions(task.language, code.source):
        if syntax.is_callable_from_outside(task.language, found):
            return found.name
    return None


def _unparsed(ask: _Ask, text: str, form: Form) -> Code:
    """A text too long to parse is taken for what it says it is."""
    note = "too long to be parsed"
    if form is Form.COMPLETION:
        return _completed(ask, text, note)
    blocks = answer.fenced(text)
    source = blocks[0].body if blocks else text
    found = ask.entry_point is None or ask.entry_point in source
    return Code(source=source, form=form, entry_point_found=found, note=note)


def _from_completion(ask: _Ask, text: str) -> Code | None:
    if ask.completes(text):
        return _completed(ask, text)
    found = _repaired_completion(ask, text)
    return found or _completed(ask, text)


def _completed(ask: _Ask, text: str, note: str = "") -> Code:
    source = ask.prefix + text + ask.suffix
    return Code(
        source=source,
        form=Form.COMPLETION,
        first_line=ask.prefix.count("\n") + 1,
        entry_point_found=_opened_by(ask) or ask.defined_in(source),
        note=note,
    )


def _opened_by(ask: _Ask) -> bool:
    return bool(ask.entry_point and re.search(rf"\b{re.escape(ask.entry_point)}\b", ask.prefix))


def _repaired_completion(ask: _Ask, text: str) -> Code | None:
    """The first repair that parses; None if none does."""
    if answer.has_fence_line(text):
        code = _from_chat(ask, text, Form.CHAT)
        if code is not None and code.entry_point_found:
            return code
    if ask.parses(text) and ask.entry_point and ask.has_function(text):
        return _whole(ask, text, Form.FULL, "repeats the prompt")
    variants = list(_variants(ask, text)) if len(text) <= _LONG_CHARS else []
    for note, candidate in variants:
        if note and ask.completes(candidate):
            return _completed(ask, candidate, note)
    for note, candidate in variants:
        if ask.language is Language.PYTHON and not repair.is_body(candidate):
            continue  # cutting would leave the function empty and its body outside
        cut = repair.first_that(ask.completes, repair.shortened(ask.language, candidate))
        if cut is not None:
            return _completed(ask, cut, f"{note}, cut" if note else "cut after the function")
    return None


def _variants(ask: _Ask, text: str) -> Iterator[tuple[str, str]]:
    yield "", text
    rest = repair.without_echo(ask.prefix, text)
    if rest is not None:
        yield "repeated signature left out", rest
    if ask.language is Language.PYTHON:
        for source in (text,) if rest is None else (text, rest):
            yield from repair.reindented(ask.prefix, source)
    plain = answer.unescaped(text)
    if plain:
        yield "HTML entities resolved", plain


def _from_file(ask: _Ask, text: str) -> Code | None:
    if not ask.parses(text):
        code = _from_chat(ask, text, Form.FULL)
        if code is not None and code.entry_point_found:
            return code
    return _whole(ask, text, Form.FULL)


def _from_unknown(ask: _Ask, text: str) -> Code | None:
    """No fences, and the task has a prompt to complete: a file, a completion or prose."""
    if ask.entry_point and ask.has_function(text) and ask.parses(text):
        return _whole(ask, text, Form.FULL)
    body = repair.is_body(text)
    if (body or ask.language is not Language.PYTHON) and ask.completes(text):
        return _completed(ask, text)
    code = _from_chat(ask, text, Form.CHAT)
    if code is not None and code.entry_point_found:
        return code
    if not body and not _looks_like_code(ask, text):
        return code
    return _repaired_completion(ask, text) or code or (_completed(ask, text) if body else None)


def _from_chat(ask: _Ask, text: str, form: Form) -> Code | None:
    body = answer.without_thinking(text)
    best: _Found | None = None
    for found in _candidates(ask, body):
        if best is None or found.score > best.score:
            best = found
        if best.score >= _GOOD_ENOUGH:
            break
    if best is None or best.score <= 0:
        return None
    if best.completion:
        return _completed(ask, best.text, best.note)
    return _whole(ask, best.text, Form.FULL if form is Form.FULL else Form.CHAT, best.note)


def _candidates(ask: _Ask, text: str) -> Iterator[_Found]:
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
    if len(text) > _LONG_CHARS:
        return
    bodies = [block.body for block in fenced]
    yield from _as_completions(ask, bodies)
    yield from _repaired(ask, text, bodies)


def _as_completions(ask: _Ask, bodies: list[str]) -> Iterator[_Found]:
    """A fence may hold the function's body alone."""
    for body in bodies if ask.prefix else ():
        variants = [body]
        if ask.language is Language.PYTHON:
            variants += [text for _, text in repair.reindented(ask.prefix, body)]
        text = repair.first_that(ask.completes, variants)
        if text is not None and not ask.has_function(text) and _opened_by(ask):
            score = _GOOD_ENOUGH if _has_statement(ask, text) else 0
            yield _Found(text, score, "fence holds the body", completion=True)


def _has_statement(ask: _Ask, text: str) -> bool:
    return "return" in text or "yield" in text or "=" in text or ask.language is Language.HTML


def _repaired(ask: _Ask, text: str, bodies: list[str]) -> Iterator[_Found]:
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


def _scored(ask: _Ask, text: str, note: str, *, fenced: bool = True) -> _Found:
    """Score a candidate by how well it answers the task.

    5 parses and defines the entry point, 4 defines another function, 3 and 2 the same in code
    that does not parse, 1 code of some kind, 0 nothing to run.
    """
    parses = ask.parses(text)
    if ask.entry_point is None:
        score = _GOOD_ENOUGH if parses and (fenced or _looks_like_code(ask, text)) else int(fenced)
    elif ask.has_function(text) or _meant_in(ask, text):
        score = 5 if parses else 3
    elif ask.defined_in(text) or syntax.functions(ask.language, text):
        score = 4 if parses else 2
    else:
        score = int(fenced or (parses and _looks_like_code(ask, text)))
    return _Found(text, score, note)


_PROSE = {"comment", "ERROR", "identifier", "string", "integer", "number", "text"}
_WORDS = re.compile(r"[^(=;{<]*")


def _looks_like_code(ask: _Ask, text: str) -> bool:
    """Prose of a word or two parses in most languages; a statement is more than names."""
    for chunk in syntax.top_level(ask.language, text):
        plain = chunk.kind == "expression_statement"
        if chunk.kind not in _PROSE and not (plain and _WORDS.fullmatch(chunk.text)):
            return True
    return ask.language in (Language.SQL, Language.HTML)


def _with_needed(
    ask: _Ask, found: _Found, fenced: list[answer.Block], chosen: answer.Block
) -> _Found:
    """The chosen fence preceded by others that define names it uses and lacks."""
    if found.score < _GOOD_ENOUGH:
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


def _provides(ask: _Ask, body: str, own: set[str], user: str) -> bool:
    if not ask.parses(body):
        return False
    names = {
        one.name for one in syntax.definitions(ask.language, body)
        if one.kind in ("function", "class") and not one.nested
    } - own  # fmt: skip
    return any(f"{name}(" in user for name in names)


def _whole(ask: _Ask, text: str, form: Form, note: str = "") -> Code:
    """A whole program, preceded by the prompt's imports and helpers that it lacks."""
    added = _missing_context(ask, text)
    if added:
        note = f"{note}; prompt's imports and helpers added".removeprefix("; ")
    return Code(
        source=added + text,
        form=form,
        first_line=added.count("\n") + 1,
        entry_point_found=ask.defined_in(text) or _meant_in(ask, text),
        note=note,
    )


def _meant_in(ask: _Ask, text: str) -> bool:
    """Whether broken code means to define the entry point: then its error is what to report."""
    keyword = rf"\b(?:def|function|class|const|let|var)\s+{re.escape(ask.entry_point or '')}\b"
    return bool(re.search(keyword, text)) and not ask.parses(text)


def _missing_context(ask: _Ask, text: str) -> str:
    if not ask.prefix or "from __future__" in text or ask.language in _OPEN_ENDS:
        return ""
    chunks = context(ask.language, ask.prefix, ask.entry_point)
    if not chunks:
        return ""
    own = {one.name for one in syntax.definitions(ask.language, text) if not one.nested}
    lines = {line.strip() for line in text.split("\n")}
    missing = [
        chunk.text.rstrip("\n") + "\n" for chunk in chunks
        if (is_header(chunk) and chunk.text.strip() not in lines)
        or (chunk.names and not is_header(chunk) and not own.intersection(chunk.names))
    ]  # fmt: skip
    return "".join(missing)
