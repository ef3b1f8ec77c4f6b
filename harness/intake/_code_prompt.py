"""What a code prompt holds besides the function to complete: helpers, imports, the name."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.models import Language
from harness.syntax import Chunk, top_level

# A prompt stops inside the function to complete; this makes it a whole program.
_ENDINGS = {Language.PYTHON: "\n    pass\n", Language.JAVASCRIPT: "\n}\n", Language.CPP: "\n}\n"}
_LAST_FUNCTION = {
    Language.PYTHON: re.compile(r"^(?:async )?def (\w+)", re.MULTILINE),
    Language.JAVASCRIPT: re.compile(
        r"^(?:export )?(?:async )?(?:function\*? (\w+)|(?:const|let|var) (\w+) = )", re.MULTILINE
    ),
    Language.CPP: re.compile(r"^[\w:<>,&*\s]*?[\s&*>](\w+)\s*\([^;{}]*\)\s*\{", re.MULTILINE),
}
_HEADER_KINDS = {
    "preproc_include", "preproc_def", "preproc_ifdef", "preproc_call", "using_declaration",
    "alias_declaration", "type_definition", "import_statement", "import_from_statement",
    "future_import_statement",
}  # fmt: skip


def last_function(language: Language, code: str) -> str | None:
    """The name of the last function a prompt opens: the one to complete."""
    pattern = _LAST_FUNCTION.get(language)
    matches = list(pattern.finditer(code)) if pattern else []
    return next((name for name in matches[-1].groups() if name), None) if matches else None


@lru_cache(maxsize=512)
def context(language: Language, prompt: str, entry_point: str | None) -> tuple[Chunk, ...]:
    """Complete top-level items of a code prompt other than the entry point and comments."""
    chunks = top_level(language, prompt.rstrip() + _ENDINGS.get(language, ""))
    return tuple(
        chunk
        for chunk in chunks
        if chunk.kind not in ("comment", "ERROR", ";") and entry_point not in chunk.names
    )


def is_header(chunk: Chunk) -> bool:
    """Imports, includes and ``using``: may be repeated without harm."""
    return chunk.kind in _HEADER_KINDS


def preamble(language: Language, prompt: str, entry_point: str | None) -> str:
    """Helpers and imports of a prompt, for tests that use them.

    Empty in compiled languages, where tests and program are one text that has them already.
    """
    if language not in (Language.PYTHON, Language.JAVASCRIPT):
        return ""
    found = context(language, prompt, entry_point)
    return "".join(chunk.text + "\n\n" for chunk in found)
