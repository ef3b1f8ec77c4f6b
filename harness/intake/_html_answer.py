"""The page in a response: one file, or a page with its stylesheet and script in further fences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from harness.intake import _answer_text as answer
from harness.models import Code, Form
from harness.syntax.html_files import join_files

_TAG = re.compile(r"<(?:!doctype|!--|/?[a-z][a-z0-9-]*)(?=[\s>/-])", re.IGNORECASE)
_DOCUMENT = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_DOCUMENT_END = re.compile(r"</html\s*>", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_VALUE = r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))"
_HREF, _SRC, _REL = (re.compile(rf"\b{name}{_VALUE}", re.IGNORECASE) for name in
                     ("href", "src", "rel"))  # fmt: skip
_KINDS = {
    "html": {"html", "htm", "xhtml", "html5", "xml", "svg", "markup", "vue", ""},
    "css": {"css", "scss"},
    "js": {"js", "javascript", "mjs"},
}


def extract_page(text: str, form: Form) -> Code | None:
    """The page a response means, or None if there is no markup in it."""
    whole = form is not Form.CHAT and text.lstrip().startswith("<")
    if whole and not _prose_after(text):
        return Code(source=text, form=Form.FULL)
    body = answer.without_thinking(text)
    found = _from_fences(body) or _from_prose(body)
    if found is None:
        return None
    source, note = found
    return Code(source=source, form=Form.FULL if form is Form.FULL else Form.CHAT, note=note)


def _prose_after(text: str) -> bool:
    """Whether a fenced answer only happens to start with a tag (``<think>``, ``<p>``)."""
    return answer.has_fence_line(text) and not _DOCUMENT.match(text.lstrip())


def _from_fences(text: str) -> tuple[str, str] | None:
    blocks = answer.fenced(text)
    pages = [
        one.body for one in blocks if one.tag in _KINDS["html"] and _TAG.search(one.body[:2000])
    ]
    if not pages:
        return None
    whole = [one for one in pages if _DOCUMENT.search(one)]
    page = max(whole or pages, key=len)
    styles = [one.body for one in blocks if one.tag in _KINDS["css"]]
    scripts = [one.body for one in blocks if one.tag in _KINDS["js"]]
    note = f"page {pages.index(page) + 1} of {len(pages)}" if len(pages) > 1 else ""
    return _assembled(page, styles, scripts, note, is_whole=bool(whole))


def _assembled(
    page: str, styles: list[str], scripts: list[str], note: str, *, is_whole: bool
) -> tuple[str, str]:
    """The page with the files it refers to; a fragment that refers to none gets them anyway."""
    files = _named(_stylesheets(page), styles) | _named(_scripts(page), scripts)
    notes = [note, *(f"{name} from a fence of its own" for name in files)]
    if styles and not is_whole and not _stylesheets(page):
        page = "<style>\n" + "\n".join(styles) + "</style>\n" + page
        notes.append("stylesheet put into the page")
    if scripts and not is_whole and not _scripts(page):
        page = page + "<script>\n" + "\n".join(scripts) + "</script>\n"
        notes.append("script put into the page")
    return join_files(page, files), "; ".join(one for one in notes if one)


def _named(names: list[str], texts: list[str]) -> dict[str, str]:
    """Texts under the names the page uses: in order, or the longest for a single name."""
    if len(names) == 1 and texts:
        return {names[0]: max(texts, key=len)}
    return dict(zip(names, texts, strict=False))


def _stylesheets(page: str) -> list[str]:
    links = (tag for tag in _LINK.findall(page) if "stylesheet" in _value(_REL, tag).lower())
    return _local(_value(_HREF, tag) for tag in links)


def _scripts(page: str) -> list[str]:
    return _local(_value(_SRC, tag) for tag in _SCRIPT.findall(page))


def _value(pattern: re.Pattern[str], tag: str) -> str:
    found = pattern.search(tag)
    return next((one for one in found.groups() if one), "") if found else ""


def _local(addresses: Iterable[str]) -> list[str]:
    """Paths of relative addresses, in order, each once."""
    paths: dict[str, None] = {}
    for address in addresses:
        parts = urlsplit(address)
        path = parts.path.removeprefix("./").lstrip("/")
        if path and not parts.scheme and not parts.netloc and '"' not in path:
            paths[path] = None
    return list(paths)


def _from_prose(text: str) -> tuple[str, str] | None:
    """A page between sentences: the document, or from the first tag's line to the last one's."""
    start = _DOCUMENT.search(text)
    if start is not None:
        ends = list(_DOCUMENT_END.finditer(text, start.end()))
        page = text[start.start() : ends[-1].end() if ends else len(text)]
    else:
        lines = text.split("\n")
        marked = [number for number, line in enumerate(lines) if _TAG.match(line.strip()[:400])]
        if not marked:
            return None
        page = "\n".join(lines[marked[0] : marked[-1] + 1])
    note = "" if page.strip() == text.strip() else "text around the page left out"
    return page.rstrip("\n") + "\n", note
