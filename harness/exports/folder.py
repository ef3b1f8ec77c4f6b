"""A folder that appears whole: written beside its place, synced, renamed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import InputError

MANIFEST = "manifest.json"


@contextmanager
def new_folder(out: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes ``out`` at the end of the block; an error leaves no trace.

    What a killed export left behind is removed by the next one to the same place. Raises InputError
    if ``out`` is taken; ``overwrite`` replaces an earlier export, never another folder.
    """
    out = out.absolute()
    _check_place(out, overwrite=overwrite)
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{out.name}.partial-"
    _remove_left_over(out.parent, prefix)
    partial = Path(tempfile.mkdtemp(dir=out.parent, prefix=prefix))
    lock = os.open(partial, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield partial
        _sync_all(partial)
        partial.chmod(0o777 & ~_umask())
        _put(partial, out, overwrite=overwrite)
        _sync(out.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _check_place(out: Path, *, overwrite: bool) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise InputError("is a file", file=out, fix="choose another --out")
    if not any(out.iterdir()):
        return
    if not (out / MANIFEST).is_file():
        raise InputError("holds something else", file=out, fix="choose a new --out")
    if not overwrite:
        raise InputError(
            "holds an export", file=out, fix="choose a new --out, or replace it with --overwrite"
        )


def _put(partial: Path, out: Path, *, overwrite: bool) -> None:
    """Rename; an earlier export is set aside first and deleted after."""
    try:
        partial.rename(out)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        # Checked again: something may have been put there while the export was written.
        _check_place(out, overwrite=overwrite)
        aside = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.partial-"))
        out.rename(aside)
        partial.rename(out)
        shutil.rmtree(aside)


def _remove_left_over(parent: Path, prefix: str) -> None:
    """Folders of exports that no longer run: nobody holds their lock."""
    for path in parent.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(handle)


def _sync_all(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
