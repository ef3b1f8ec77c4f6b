"""A style sheet's rule is for an id or a class that no element of the page has.

Why: the style is never applied: a typo, or the element lacks its class.

Bad:
    <style>.card { color: red }</style> <div class="cart"></div>

Good:
    <style>.card { color: red }</style> <div class="card"></div>

Known misses: selectors of tags and attributes; names that stand in a script; pages that load
scripts or have no class at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from harness.flags.rule import HTML, Context, Finding, Rule, Span
from harness.syntax.page import Page

# Bounded, so that no text makes it slow.
_SKIPPED = re.compile(
    r"/\*.*?(?:\*/|\Z)|\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|url\([^)]{0,300}\)|\[[^\]]{0,300}\]",
    re.DOTALL,
)
MAX_NAMES = 300
_SELECTOR = re.compile(r"(?:\A|(?<=[{};]))[^{};@]*(?={)")
_NAME = re.compile(r"([.#])(-?[_a-zA-Z][\w-]*)")


def check(context: Context) -> Iterable[Finding]:
    """Classes and ids in <style> that are close to one that is there."""
    page = context.page
    if page.has_foreign_script:
        return
    classes = {name for one in page.elements for name in (one.get("class") or "").split()}
    kinds = {".": ("class", classes), "#": ("id", set(page.by_id))}
    in_scripts = {name for one in context.scripts for name in re.findall(r"[\w-]+", one.doc.source)}
    seen: set[str] = set()
    for span, mark, name in _names(page):
        what, known = kinds[mark]
        if name in known or name in in_scripts or mark + name in seen:
            continue
        seen.add(mark + name)
        near = _near(name, known)
        if near:
            yield Finding(
                span,
                f"no element has the {what} {name}; one has {near}",
                f"Is {name} meant to be {near}?",
            )
        if len(seen) >= MAX_NAMES or len(known) > MAX_NAMES:
            return


def _near(name: str, known: set[str]) -> str:
    """A name that is meant, perhaps; one that differs by a number is another."""
    found = get_close_matches(name, sorted(known), 1, 0.8)
    if not found or re.sub(r"\d+", "", found[0]) == re.sub(r"\d+", "", name):
        return ""
    return found[0]


def _names(page: Page) -> Iterator[tuple[Span, str, str]]:
    for text, start in page.style_text:
        clean = _SKIPPED.sub(lambda found: " " * len(found[0]), text)
        for selector in _SELECTOR.finditer(clean):
            for found in _NAME.finditer(selector[0]):
                at = selector.start() + found.start()
                first = start + len(text[:at].encode("utf-8", "replace"))
                yield Span(page.doc, first, first + len(found[0])), found[1], found[2]


RULE = Rule(
    id="selector-unmatched",
    languages=HTML,
    question="Which elements should have this style?",
    doc=__doc__,
    check=check,
)
