"""Ids of a page: those in its markup, those its scripts make, and whether they may make any."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.flags.rule import Context
from harness.syntax.constants import fold
from harness.syntax.shapes import assignments, calls

_IN_TEXT = re.compile(r"\bid\s*[=:]\s*\\?[\"'`]?([\w:.-]+)")
_COMPUTED = re.compile(r"\bid\s*=\s*\\?[\"']?[\w:.-]*\$\{|\bid\s*=\s*\\?[\"'][\w:.-]*[\"']\s*\+")


@dataclass(frozen=True)
class PageIds:
    """known: ids that are or may come to be in the page; open: scripts may make others."""

    known: frozenset[str]
    open: bool


def page_ids(context: Context) -> PageIds:
    """Ids of a page; anchors named the old way count too."""
    page = context.page
    known = set(page.by_id)
    known.update(one.get("name") or "" for one in page.all("a", "map", "form", "iframe"))
    open_ = page.has_foreign_script
    for script in context.scripts:
        source = script.doc.source
        known.update(_IN_TEXT.findall(source))
        open_ = open_ or _COMPUTED.search(source) is not None
        for one in assignments(script.doc):
            property_ = one.target.get("property")
            if property_ is not None and property_.text == "id":
                open_ = _add(known, fold(one.value)) or open_
        for call in calls(script.doc):
            if call.name == "setAttribute" and len(call.args) == 2:
                name = fold(call.args[0])
                if name is None or name.value == "id":
                    open_ = _add(known, fold(call.args[1])) or open_
    return PageIds(frozenset(known), open_)


def _add(known: set[str], value: object) -> bool:
    """Add a constant id; True if it is none."""
    text = getattr(value, "value", None)
    if isinstance(text, str):
        known.add(text)
        return False
    return True
