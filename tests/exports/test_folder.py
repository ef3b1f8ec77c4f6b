"""A folder appears whole or not at all, whenever it is that the export is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.exports.folder import new_folder

ROOT = Path(__file__).resolve().parents[2]
# Says when it has written half a file, then waits to be killed.
# A shell that starts tests in the background has them ignore SIGINT, and so their children.
WRITER = """
import signal, sys, time
from pathlib import Path
from harness.exports.folder import new_folder
signal.signal(signal.SIGINT, signal.default_int_handler)
with new_folder(Path(sys.argv[1]), overwrite=True) as folder:
    with (folder / "train.jsonl").open("w") as file:
        file.write("half a ro")
        file.flush()
        print("writing", flush=True)
        time.sleep(60)
"""


def start_writer(out: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(out)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "writing\n"
    return process


def end(process: subprocess.Popen[str], how: int) -> None:
    process.send_signal(how)
    process.wait()
    assert process.stdout
    process.stdout.close()


def write(out: Path, text: str, *, overwrite: bool = False) -> None:
    with new_folder(out, overwrite=overwrite) as folder:
        (folder / "manifest.json").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_killed_export_leaves_nothing_that_looks_like_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    end(start_writer(out), signal.SIGKILL)
    assert not out.exists()
    write(out, "{}")
    assert names(tmp_path) == ["out"]
    assert names(out) == ["manifest.json"]


def test_a_killed_export_leaves_the_earlier_one_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "first")
    end(start_writer(out), signal.SIGKILL)
    assert (out / "manifest.json").read_text() == "first"
    write(out, "second", overwrite=True)
    assert (out / "manifest.json").read_text() == "second"
    assert names(tmp_path) == ["out"]


def test_an_interrupted_export_cleans_up_itself(tmp_path: Path) -> None:
    end(start_writer(tmp_path / "out"), signal.SIGINT)
    assert names(tmp_path) == []


def test_an_export_that_runs_is_left_alone_by_others(tmp_path: Path) -> None:
    out = tmp_path / "out"
    other = start_writer(out)
    try:
        write(out, "mine")
        partial = [name for name in names(tmp_path) if name != "out"]
        assert len(partial) == 1
        assert names(tmp_path / partial[0]) == ["train.jsonl"]
    finally:
        end(other, signal.SIGKILL)


def test_an_error_leaves_no_trace(tmp_path: Path) -> None:
    class Stop(Exception): ...

    def fail() -> None:
        with new_folder(tmp_path / "out") as folder:
            (folder / "x").touch()
            raise Stop

    with pytest.raises(Stop):
        fail()
    assert names(tmp_path) == []


def test_what_was_put_there_meanwhile_is_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def be_late() -> None:
        with new_folder(out) as folder:
            (folder / "manifest.json").touch()
            write(out, "the other's")

    with pytest.raises(InputError):
        be_late()
    assert (out / "manifest.json").read_text() == "the other's"
    assert names(tmp_path) == ["out"]


def test_a_file_or_a_link_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(InputError), new_folder(tmp_path / name, overwrite=True):
            pass
    assert (tmp_path / "file").read_text() == "mine"


def test_folders_above_are_made(tmp_path: Path) -> None:
    write(tmp_path / "new" / "deep" / "out", "{}")
    assert names(tmp_path / "new" / "deep") == ["out"]


def test_others_may_read_it_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(tmp_path / "out", "{}")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755
