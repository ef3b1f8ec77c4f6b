"""A folder of files: ``<task_id>.py`` or ``<task_id>/<model>.py``."""

from __future__ import annotations

from pathlib import Path

from harness.intake._fields import LANGUAGE_OF_SUFFIX
from harness.intake._own import task_folders
from harness.intake._rows import Row
from harness.intake.base import Reader, ResponseStream
from harness.models import Form, InvalidRow, Response

_CHAT_SUFFIXES = (".md", ".txt")


def _detect(path: Path, _row: Row | None) -> int:
    return 30 if path.is_dir() and not task_folders(path) else 0


def _responses(path: Path) -> ResponseStream:
    for file in sorted(path.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.parts):
            yield _response(path, file)


def _response(root: Path, file: Path) -> Response | InvalidRow:
    suffix = file.suffix.lower()
    language = LANGUAGE_OF_SUFFIX.get(suffix)
    if language is None and suffix not in _CHAT_SUFFIXES:
        known = ", ".join((*LANGUAGE_OF_SUFFIX, *_CHAT_SUFFIXES))
        reason = f"unknown kind of file {suffix or '(no suffix)'}; use one of {known}"
        return InvalidRow(file=str(file), line=1, reason=reason)
    parts = file.relative_to(root).parts
    task_id = "/".join(parts[:-1]) or file.stem
    model = file.stem if len(parts) > 1 else "unknown"
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        reason = "not UTF-8; save the file as UTF-8"
        return InvalidRow(file=str(file), line=1, reason=reason, task_id=task_id)
    return Response(
        response_id="",
        task_id=task_id,
        model=model,
        text=text,
        language=language,
        form=Form.CHAT if language is None else Form.AUTO,
        origin=str(file),
        line=1,
    )


READER = Reader(
    name="folder",
    description="a folder of files named <task_id>.<ext> or <task_id>/<model>.<ext>",
    detect=_detect,
    responses=_responses,
)
