"""Flags of programs on disk, each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.flags.engine import Options, find_flags
from harness.models import Flag, Language

SUFFIXES = {
    ".py": Language.PYTHON, ".js": Language.JAVASCRIPT, ".mjs": Language.JAVASCRIPT,
    ".cjs": Language.JAVASCRIPT, ".cpp": Language.CPP, ".cc": Language.CPP, ".cxx": Language.CPP,
    ".hpp": Language.CPP, ".h": Language.CPP, ".cs": Language.CSHARP, ".sql": Language.SQL,
    ".html": Language.HTML, ".htm": Language.HTML,
}  # fmt: skip
_SKIPPED = frozenset({"node_modules", "__pycache__", "bin", "obj", "build", "dist", "venv"})


@dataclass(frozen=True)
class Flagged:
    """A program and its flags. path: its file; name: the response's id, "" for a file."""

    path: str
    flags: tuple[Flag, ...]
    name: str = ""
    task_id: str = ""


def flag_files(
    paths: Iterable[Path], language: Language | None, options: Options
) -> Iterator[Flagged]:
    """Flags of files; folders are searched for files of known suffixes. Raises InputError."""
    for path in _files(paths):
        known = language or SUFFIXES.get(path.suffix.lower())
        if known is None:
            raise InputError(
                "its language cannot be told from its name", file=path, fix="add --language"
            )
        yield Flagged(str(path), flag_text(path.read_bytes(), known, options))


def flag_text(data: bytes, language: Language, options: Options) -> tuple[Flag, ...]:
    """Flags of a program of its own, whose comments may switch rules off."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return find_flags(language, text, options=options)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            parts = file.relative_to(path).parts
            hidden = any(part.startswith(".") or part in _SKIPPED for part in parts)
            if not hidden and file.is_file() and file.suffix.lower() in SUFFIXES:
                yield file
