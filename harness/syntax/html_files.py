"""A page of several files as one text: the page, then each further file in an element of its own.

Everything that shows, flags, caches or exports code sees one text; only the browser is served
the files apart, under the names the page calls them by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

INDEX = "index.html"
_MARK = re.compile(r"^<(style|script) data-file=\"([^\"\n]{1,200})\">\n", re.MULTILINE)


def join_files(page: str, files: Mapping[str, str]) -> str:
    """One text; ``split_files`` gives the files back."""
    parts = [page.rstrip("\n") + "\n"]
    for name, text in files.items():
        element = "style" if name.lower().endswith(".css") else "script"
        body = text.rstrip("\n")
        parts.append(f'<{element} data-file="{name}">\n{body}\n</{element}>\n')
    return "".join(parts)


def split_files(source: str) -> dict[str, str]:
    """``index.html`` and the files that ``join_files`` put behind it, by name."""
    marks = list(_MARK.finditer(source))
    if not marks:
        return {INDEX: source}
    files: dict[str, str] = {}
    for mark, end in zip(marks, [*(one.start() for one in marks[1:]), len(source)], strict=True):
        closing = f"</{mark[1]}>"
        body, found, rest = source[mark.end() : end].rpartition(closing)
        if not found or rest.strip():
            return {INDEX: source}
        files[mark[2]] = body
    return {**files, INDEX: source[: marks[0].start()]}
