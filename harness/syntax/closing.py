"""C# whose last classes are closed by its tests: some benchmarks cut a program there."""

from __future__ import annotations

from harness.models import Language
from harness.syntax.tree import Document, document

_ENDINGS = ("\n}\n", "\n}\n}\n", "\n}\n}\n}\n")


def closed(source: str) -> tuple[str, Document | None]:
    """The program with the braces it lacks at its end, if that makes it parse; else as it is."""
    doc = document(Language.CSHARP, source)
    if doc is None or not doc.has_error:
        return source, doc
    for ending in _ENDINGS:
        whole = document(Language.CSHARP, source + ending)
        if whole is not None and not whole.has_error:
            return source + ending, whole
    return source, doc
