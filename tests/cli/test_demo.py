"""``harness demo`` before it begins; what it does is in tests/demo/test_loop.py."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import main
from harness.errors import InputError


def test_a_port_that_is_taken_is_said_before_anything_is_run(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(
            main.build_app(), ["demo", "--out", str(tmp_path), "--port", str(port)]
        )
    assert isinstance(done.exception, InputError)
    assert f"cannot listen on 127.0.0.1:{port}" in str(done.exception)
    assert not list(tmp_path.glob("*.jsonl"))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(main.build_app(), ["demo", "--out", str(tmp_path / "file")])
    assert isinstance(done.exception, InputError)
    with pytest.raises(InputError, match="choose another --out"):
        raise done.exception
