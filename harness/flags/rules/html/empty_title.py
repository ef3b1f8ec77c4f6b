"""A page has no title, or an empty one.

Why: it is what tabs, bookmarks and search results show.

Bad:
    <html><head><title></title></head><body>…</body></html>

Good:
    <html><head><title>Opening hours</title></head><body>…</body></html>

Known misses: titles that say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.flags.rule import HTML, Context, Finding, Rule


def check(context: Context) -> Iterable[Finding]:
    """The title in the head; parts of a page need none."""
    page = context.page
    head = next(page.all("head"), None)
    title = next((one for one in page.all("title") if "svg" not in one.around), None)
    if "document.title" in page.doc.source:
        return
    if title is not None:
        if not title.text.strip():
            yield Finding(title.open, "the title is empty")
    elif head is not None and head.parent is not None and not page.has_foreign_script:
        yield Finding(head.open, "the page has no title")


RULE = Rule(
    id="empty-title",
    languages=HTML,
    question="What is this page called?",
    doc=__doc__,
    check=check,
)
