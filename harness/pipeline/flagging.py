"""Static flags of programs: responses of a run, responses of a file, files on disk."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.flags import Options, find_flags
from harness.intake.extract import extract, resolve_entry_point
from harness.models import Code, Flag, InvalidRow, Language, Response, Task

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


def flags_of(
    task: Task, code: Code | None, entry_point: str | None, options: Options
) -> tuple[Flag, ...]:
    """Flags of a response. A rule that fails costs its flags, never the response's verdict.

    Raises InputError for a damaged strength file.
    """
    if code is None:
        return ()
    try:
        return find_flags(
            task.language,
            code.source,
            task=task,
            entry_point=entry_point,
            first_line=code.first_line,
            options=options,
        )
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug in a rule must not stop a run
        logging.getLogger("harness.flags").error(  # noqa: TRY400 - one line is enough
            "no flags for a response to %s: %s: %s", task.task_id, type(error).__name__, error
        )
        return ()


def flag_responses(
    rows: Iterable[Response | InvalidRow], tasks: Mapping[str, Task], options: Options
) -> Iterator[Flagged | InvalidRow]:
    """Flags of responses as they are read; rows that cannot be used come back as they are."""
    for row in rows:
        if isinstance(row, InvalidRow):
            yield row
            continue
        task = tasks.get(row.task_id)
        if task is None:
            yield InvalidRow(
                file=row.origin or "",
                line=row.line or 1,
                reason=f"no task is named {row.task_id!r} among the {len(tasks)} given",
                response_id=row.response_id,
                task_id=row.task_id,
            )
            continue
        code = extract(task, row)
        entry_point = resolve_entry_point(task, code) if code else None
        flags = flags_of(task, code, entry_point or task.entry_point, options)
        yield Flagged(row.origin or row.response_id, flags, row.response_id, task.task_id)


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
