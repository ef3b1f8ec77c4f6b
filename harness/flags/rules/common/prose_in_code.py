"""Sentences or Markdown fences were left between the lines of code.

Why: an explanation that is no comment stops the program, or shows up in the page.

Bad:
    def double(x):
        return 2 * x
    This function returns twice the number you give it.

Good:
    def double(x):
        return 2 * x
    # This function returns twice the number you give it.

Known misses: a sentence of few words; prose that happens to parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.flags.rule import Context, Finding, Rule, Span
from harness.models import Language, Layer
from harness.syntax.tree import Document

_FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w+#-]*[ \t]*\Z")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?[,.:;!?]?\Z")
_SMALL = re.compile(
    r"\b(?:the|a|an|is|are|this|that|which|to|of|and|you|we|it|in|with|for|here|returns?)\b"
)
_STRINGS = ("string", "string_literal", "template_string", "raw_string_literal",
            "interpolated_string_expression", "verbatim_string_literal")  # fmt: skip
MIN_WORDS = 5


def check(context: Context) -> Iterable[Finding]:
    """Fences anywhere; sentences where the program does not parse."""
    doc = context.doc
    # Text is what a page is made of; only fences are foreign to it.
    broken = doc.has_error and context.language is not Language.HTML
    if not broken and not any(mark in doc.source for mark in ("```", "~~~")):
        return
    covered = _covered(doc)
    remarks = {comment.line: comment.start for comment in doc.comments}
    start = 0
    for number, whole in enumerate(doc.data.split(b"\n"), start=1):
        raw = whole[: remarks[number] - start] if number in remarks else whole
        line = raw.decode("utf-8", "replace")
        end = start + len(raw.rstrip())
        fence = _FENCE.match(line.rstrip())
        if number not in covered and (fence or (broken and _is_sentence(line))):
            left = start + len(raw) - len(raw.lstrip())
            what = "a Markdown fence" if fence else "a sentence"
            yield Finding(Span(doc, left, end), f"{what} stands in the code")
        start += len(whole) + 1


def _covered(doc: Document) -> set[int]:
    """Lines of comments and strings over several lines."""
    return {
        line
        for node in (*doc.comments, *doc.all(*_STRINGS))
        if "\n" in node.text
        for line in range(node.line, doc.place(node.end)[0] + 1)
    }


def _is_sentence(line: str) -> bool:
    text = line.strip()
    words = text.split()
    if len(words) < MIN_WORDS or not text[:1].isupper():
        return False
    plain = sum(bool(_WORD.match(word)) for word in words)
    return plain >= 0.75 * len(words) and len(_SMALL.findall(text.lower())) >= 2


RULE = Rule(
    id="prose-in-code",
    languages=frozenset(Language),
    question="Is this text part of the answer's explanation that slipped into the code?",
    doc=__doc__,
    check=check,
    layer=Layer.CONTRACT,
    broken=True,
)
