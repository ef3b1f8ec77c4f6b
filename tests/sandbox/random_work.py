"""Responses nobody would write: random text, and right answers damaged at random."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from harness.models import Form, Language, Response, Task, Verdict
from harness.reporting.write import json_line
from tests.sandbox.attacks import honest_work

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

# What opens something, ends something, or means something else elsewhere.
SIGNS = """( ) { } [ ] " ' ` ; : , . = == => -> & | ^ % @ $ ~ ! ? < > # // /* */ -- <!-- --> \\ \\\\
0 -1 0x 1e999 null None true if else for while return import class 99999999999999999999"""
ODD = ["\0", "\r", "\n", "\t", " ", "\u2028", "\udce9", "\ufeff", "é", "\U0001f600", "9" * 500]
OWN = {
    Language.PYTHON: "def lambda yield await async raise exec( eval( input() exit() *a **k 1/0",
    Language.JAVASCRIPT: "function async await yield new throw ... ?? ?. process.exit() eval( var",
    Language.CPP: "template< #include #define int main() throw std:: *(int*)0 ::operator exit(0)",
    Language.CSHARP: "using namespace static async await throw unsafe #if record new() stackalloc",
    Language.SQL: "SELECT FROM WHERE UNION WITH RECURSIVE DROP TABLE PRAGMA ATTACH COPY BEGIN $$",
    Language.HTML: "<script> </script> <style> </style> <p <![CDATA[ &amp; &#0; <iframe> onload=",
}
MAX_EDITS = 4
EXCHANGES = {
    "number": ("0", "1", "7", "2147483648", "1000000000000000000"),
    "sign": ("+", "-", "*", "/", "%", "<", ">", "=", "=="),
    "word": (),
}
_WORK = honest_work()


def random_work(language: Language) -> st.SearchStrategy[tuple[Task, Response]]:
    """A task of the language and a response to it that is random text or a damaged answer."""
    own = [pair for pair in _WORK if pair[0].language is language]
    return st.sampled_from(own).flatmap(lambda pair: _answers(*pair))


def _answers(task: Task, right: Response) -> st.SearchStrategy[tuple[Task, Response]]:
    tokens = st.sampled_from([*SIGNS.split(), *ODD, *OWN[task.language].split()])
    soup = st.lists(tokens, max_size=60)
    texts = st.one_of(
        st.text(max_size=400),
        st.binary(max_size=400).map(lambda data: data.decode("utf-8", "surrogateescape")),
        st.tuples(soup, st.sampled_from([" ", "", "\n"])).map(lambda both: both[1].join(both[0])),
        _damaged(right.text, tokens),
        *[_mutated(right.text)] * 4,  # most of these build and run
    )
    forms = st.sampled_from([*[Form.FULL] * 5, Form.AUTO, Form.CHAT])
    return st.builds(
        lambda text, form: (task, right.model_copy(update={"text": text, "form": form})),
        texts,
        forms,
    )


@st.composite
def _damaged(draw: st.DrawFn, text: str, tokens: st.SearchStrategy[str]) -> str:
    """The text with pieces cut out, said twice, or put in."""
    for _ in range(draw(st.integers(1, MAX_EDITS))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 80)))
        piece = draw(st.one_of(st.just(""), st.just(text[start:end] * 2), tokens))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def _mutated(draw: st.DrawFn, text: str) -> str:
    """Another program: numbers, signs and words exchanged for others of their kind."""
    words = re.findall(r"\w+|\s+|[^\w\s]+", text)
    places = [place for place, word in enumerate(words) if _kind(word)]
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(places))
        kind = _kind(words[place])
        own = [word for word in words if _kind(word) == kind]
        words[place] = draw(st.sampled_from([*own, *EXCHANGES[kind]]))
    return "".join(words)


def _kind(word: str) -> str:
    if word.isdigit():
        return "number"
    if word.isidentifier():
        return "word"
    return "" if word.isspace() or set(word) & set("(){}[]\"'`;:,") else "sign"


def holds(sandbox: Sandbox, task: Task, response: Response) -> None:
    """Any input ends in a verdict that can be written down, and the next job is unharmed."""
    result = sandbox.evaluate(task, response)
    assert result.verdict is not Verdict.HARNESS_ERROR, result.message
    json_line(result).encode("utf-8")
    honest, right = next(pair for pair in _WORK if pair[0].language is task.language)
    after = sandbox.evaluate(honest, right)
    assert after.verdict is Verdict.PASSED, after
    assert sandbox.survivors() == []
