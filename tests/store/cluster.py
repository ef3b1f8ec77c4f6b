"""A throw-away PostgreSQL cluster of one's own, reached by a unix socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg


def found_tool(name: str) -> str | None:
    """Where a program of PostgreSQL's server is; None if it is not installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(packaged[-1]) if packaged else None)


@contextmanager
def cluster(*, fsync: bool) -> Iterator[Path]:
    """A running cluster; yields its socket's folder. fsync: as in earnest, else fast for tests."""
    initdb, pg_ctl = found_tool("initdb") or "initdb", found_tool("pg_ctl") or "pg_ctl"
    # The server refuses to run as root. A socket's path must be short, so not pytest's folder.
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def as_user(*command: str | Path) -> None:
        with (folder / "log").open("ab") as log:
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=log, stderr=log)

    try:
        as_user(initdb, "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder}"
        options += f" -c fsync={'on' if fsync else 'off'}"
        as_user(pg_ctl, "-D", data, "-o", options, "-w", "start")
        try:
            yield folder
        finally:
            as_user(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def new_database(socket: Path) -> str:
    """Make an empty database in the cluster; returns its URL."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(f"host={socket} user=tester dbname=postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://tester@/{name}?host={socket}"
