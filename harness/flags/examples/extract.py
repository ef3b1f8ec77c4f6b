"""Examples of a task's prompt: calls of its entry point with the values they should give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from harness.flags.examples.declared import UNKNOWN, Declared, declared
from harness.flags.examples.fit import fit, plain_type
from harness.flags.examples.forms import Shown, calls
from harness.flags.examples.labels import arrows, labelled, sentences, tables
from harness.flags.examples.literals import NotLiteral
from harness.flags.examples.prose import Prose, prose_of
from harness.models import Json, Language, Signature, Task

# Part of a result's content key: raise it when other examples may be found.
VERSION = 2
MAX_EXAMPLES = 20
MAX_TEXT = 400
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.CPP, Language.CSHARP)
_TYPED = (Language.CPP, Language.CSHARP)


@dataclass(frozen=True)
class Example:
    """A call and its value. Values are wire values (see the runners' comparators).

    kwargs: named arguments whose place is not known. line: 1-based in the prompt.
    text: the prompt's own words. exact: a tuple is not a list.
    """

    args: tuple[Json, ...]
    kwargs: tuple[tuple[str, Json], ...]
    expected: Json
    line: int
    text: str
    exact: bool


@dataclass(frozen=True)
class Found:
    """All examples of a prompt. signature: C++ and C#, from the prompt's declaration."""

    examples: tuple[Example, ...] = ()
    declared: Declared = UNKNOWN
    signature: Signature | None = None


def examples_of(task: Task) -> Found:
    """Examples in prompt order; none where the language has no calls or nothing is sure."""
    if task.language not in LANGUAGES or not task.entry_point:
        return Found()
    return _found(_Prompt(task))


class _Prompt:
    """A task hashed by what its examples depend on."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.key = (task.language, task.entry_point, task.prompt, task.prefix, task.signature)

    def __hash__(self) -> int:
        return hash(self.key[:4])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Prompt) and other.key == self.key


@lru_cache(maxsize=4096)
def _found(prompt: _Prompt) -> Found:
    task = prompt.task
    to = declared(task)
    signature = task.signature or _signature(task.language, to)
    if task.language is Language.CPP and signature is None:
        return Found(declared=to)
    prose = prose_of(task.language, task.prompt)
    kept: dict[str, Example | None] = {}
    for shown in _shown(prose, task, to):
        example = _example(shown, prose, task.language, to, signature)
        if example is not None:
            _keep(kept, example)
    sure = [one for one in kept.values() if one is not None]
    return Found(tuple(sorted(sure, key=lambda one: one.line)[:MAX_EXAMPLES]), to, signature)


def _shown(prose: Prose, task: Task, to: Declared) -> Iterator[Shown]:
    yield from calls(prose, task.entry_point or "", task.language, to)
    for form in (labelled, sentences, arrows, tables):
        yield from form(prose, task.language, to)


def _keep(kept: dict[str, Example | None], example: Example) -> None:
    """One example a call; two that contradict each other leave none."""
    key = json.dumps([example.args, example.kwargs])
    other = kept.get(key, example)
    same = other is not None and json.dumps(other.expected) == json.dumps(example.expected)
    kept[key] = other if same else None


def _example(
    shown: Shown, prose: Prose, language: Language, to: Declared, signature: Signature | None
) -> Example | None:
    args, kwargs = _placed(shown, to)
    if not to.takes(len(args) + len(kwargs), language) or (
        kwargs and language is not Language.PYTHON
    ):
        return None
    expected = shown.expected
    if language in _TYPED and signature is not None:
        if kwargs or len(args) != len(signature.params):
            return None
        try:
            pairs = zip(args, signature.params, strict=True)
            args = tuple(fit(value, kind) for value, kind in pairs)
            expected = fit(expected, signature.returns)
        except NotLiteral:
            return None
    text = " ".join(prose.text[shown.start : shown.end].split())[:MAX_TEXT]
    return Example(args, kwargs, expected, prose.line(shown.start), text, shown.exact)


def _placed(shown: Shown, to: Declared) -> tuple[tuple[Json, ...], tuple[tuple[str, Json], ...]]:
    """Named arguments in their parameter's place, where the declaration tells it."""
    names = [one.name for one in to.params or ()][len(shown.args) :]
    given = dict(shown.named)
    if (
        given
        and list(given) == [name for name in names if name in given]
        and len(given) == len(names)
    ):
        return (*shown.args, *(given[name] for name in names)), ()
    if given and set(given) == set(names):
        return (*shown.args, *(given[name] for name in names)), ()
    return shown.args, shown.named


def _signature(language: Language, to: Declared) -> Signature | None:
    """Types of the declaration; None where one is missing or a template parameter's."""
    if language not in _TYPED or to.params is None or not to.returns:
        return None
    if not all(one.type for one in to.params):
        return None
    keep = (lambda kind: kind) if language is Language.CPP else plain_type
    return Signature(params=tuple(keep(one.type) for one in to.params), returns=keep(to.returns))
