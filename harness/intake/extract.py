"""Finding the program in a response.

What a response's text is — a completion, a whole file, a chat answer — is decided by parsing:
candidates are tried from the most literal to the most repaired, and the first one that parses
and defines the entry point wins. Text that parses as it stands is never touched: a benchmark's
meaning is its prompt plus the completion, and a repair must not turn a wrong answer right.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness import syntax
from harness.intake import _answer_text as answer
from harness.intake import _repair as repair
from harness.intake._candidates import (
    GOOD_ENOUGH,
    LONG_CHARS,
    OPEN_ENDS,
    Ask,
    Found,
    candidates,
    looks_like_code,
    meant_in,
    opened_by,
)
from harness.intake._code_prompt import context, is_header
from harness.intake._html_answer import extract_page
from harness.intake._sql_answer import extract_sql
from harness.models import Code, Form, Language, Response, Task

_SIGNATURE_CHECKS = ("name", "arg_names", "arg_count")


def extract(task: Task, response: Response) -> Code | None:
    """The program of a response, or None if there is no code in it (verdict: rejected).

    A declared form is kept to unless its text does not parse; Form.AUTO tries all. Never
    raises for any text.
    """
    prefix = task.prefix if response.prefix is None else response.prefix
    ask = Ask(task.language, task.entry_point, prefix, task.suffix)
    text = response.text.removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        return None
    if ask.language is Language.HTML:
        return _page(ask, text, response.form)
    if ask.language is Language.SQL:
        return _script(ask, text, response.form, task)
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


def _page(ask: Ask, text: str, form: Form) -> Code | None:
    """A page is what it is: nothing of it need parse, and no name must be defined in it."""
    if form is Form.COMPLETION:
        first_line = ask.prefix.count("\n") + 1
        return Code(source=ask.prefix + text + ask.suffix, form=form, first_line=first_line)
    return extract_page(text, form)


def _script(ask: Ask, text: str, form: Form, task: Task) -> Code | None:
    """SQL is found by its words: the dialects have no common grammar to parse it with."""
    if form is Form.COMPLETION:
        first_line = ask.prefix.count("\n") + 1
        return Code(source=ask.prefix + text + ask.suffix, form=form, first_line=first_line)
    return extract_sql(text, form, query=task.sql is None or task.sql.read_only)


def _is_plain_body(ask: Ask, text: str) -> bool:
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


def _unparsed(ask: Ask, text: str, form: Form) -> Code:
    """A text too long to parse is taken for what it says it is."""
    note = "too long to be parsed"
    if form is Form.COMPLETION:
        return _completed(ask, text, note)
    blocks = answer.fenced(text)
    source = blocks[0].body if blocks else text
    found = ask.entry_point is None or ask.entry_point in source
    return Code(source=source, form=form, entry_point_found=found, note=note)


def _from_completion(ask: Ask, text: str) -> Code | None:
    if ask.completes(text):
        return _completed(ask, text)
    found = _repaired_completion(ask, text)
    return found or _completed(ask, text)


def _completed(ask: Ask, text: str, note: str = "") -> Code:
    source = ask.prefix + text + ask.suffix
    return Code(
        source=source,
        form=Form.COMPLETION,
        first_line=ask.prefix.count("\n") + 1,
        entry_point_found=opened_by(ask) or ask.defined_in(source),
        note=note,
    )


def _repaired_completion(ask: Ask, text: str) -> Code | None:
    """The first repair that parses; None if none does."""
    if answer.has_fence_line(text):
        code = _from_chat(ask, text, Form.CHAT)
        if code is not None and code.entry_point_found:
            return code
    if ask.parses(text) and ask.entry_point and ask.has_function(text):
        return _whole(ask, text, Form.FULL, "repeats the prompt")
    variants = list(_variants(ask, text)) if len(text) <= LONG_CHARS else []
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


def _variants(ask: Ask, text: str) -> Iterator[tuple[str, str]]:
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


def _from_file(ask: Ask, text: str) -> Code | None:
    # Without fences it is a file, whatever the grammar makes of it: C++ has macros and assembly.
    if answer.has_fence_line(text) and not ask.parses(text):
        code = _from_chat(ask, text, Form.FULL)
        if code is not None and code.entry_point_found:
            return code
    return _whole(ask, text, Form.FULL)


def _from_unknown(ask: Ask, text: str) -> Code | None:
    """No fences, and the task has a prompt to complete: a file, a completion or prose."""
    if ask.entry_point and ask.has_function(text) and ask.parses(text):
        return _whole(ask, text, Form.FULL)
    body = repair.is_body(text)
    if (body or ask.language is not Language.PYTHON) and ask.completes(text):
        return _completed(ask, text)
    code = _from_chat(ask, text, Form.CHAT)
    if code is not None and code.entry_point_found:
        return code
    if not body and not looks_like_code(ask, text):
        return code
    return _repaired_completion(ask, text) or code or (_completed(ask, text) if body else None)


def _from_chat(ask: Ask, text: str, form: Form) -> Code | None:
    body = answer.without_thinking(text)
    best: Found | None = None
    for found in candidates(ask, body):
        if best is None or found.score > best.score:
            best = found
        if best.score >= GOOD_ENOUGH:
            break
    if best is None or best.score <= 0:
        return None
    if best.completion:
        return _completed(ask, best.text, best.note)
    return _whole(ask, best.text, Form.FULL if form is Form.FULL else Form.CHAT, best.note)


def _whole(ask: Ask, text: str, form: Form, note: str = "") -> Code:
    """A whole program, preceded by the prompt's imports and helpers that it lacks."""
    added = _missing_context(ask, text)
    if added:
        note = f"{note}; prompt's imports and helpers added".removeprefix("; ")
    return Code(
        source=added + text,
        form=form,
        first_line=added.count("\n") + 1,
        entry_point_found=ask.defined_in(text) or meant_in(ask, text),
        note=note,
    )


def _missing_context(ask: Ask, text: str) -> str:
    if not ask.prefix or "from __future__" in text or ask.language in OPEN_ENDS:
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
