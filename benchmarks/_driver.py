"""Baselines: runs programs the plain way, but inside a sandbox image: the host runs none.

Stdlib only; sent to ``python3 -I -c`` in the container. Reads one JSON job from stdin:
``method``, ``workers``, ``timeout_s``, ``programs``; writes ``wall_s`` and ``passed`` as JSON.
The clock starts here, so a baseline never pays for its container's start.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FORK = multiprocessing.get_context("fork")
CPP_FLAGS = ("-std=c++17", "-O0")


def run(
    command: list[str], timeout_s: float, folder: str = "/work", text: str | None = None
) -> bool:
    """Whether one process ends well in time. Output is thrown away: the cheapest choice."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            timeout=timeout_s,
            input=None if text is None else text.encode("utf-8", "surrogateescape"),
            stdin=subprocess.DEVNULL if text is None else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def python(program: str, timeout_s: float) -> bool:
    """One bare interpreter a program."""
    return run(["python3", "-I", "-c", program], timeout_s)


def node(program: str, timeout_s: float) -> bool:
    """One bare node a program."""
    with tempfile.NamedTemporaryFile("w", suffix=".js", dir="/work") as file:
        file.write(program)
        file.flush()
        return run(["node", file.name], timeout_s)


def node_twice(program: str, timeout_s: float) -> bool:
    """Two bare nodes a program: what a judge in a process of its own costs at least."""
    first = node(program, timeout_s)
    return node(program, timeout_s) and first


def cpp(program: str, timeout_s: float) -> bool:
    """One g++ and one run a program, no precompiled header."""
    with tempfile.TemporaryDirectory(dir="/work") as folder:
        Path(folder, "main.cpp").write_text(program)
        build = ["g++", *CPP_FLAGS, "main.cpp", "-o", "main", "-lcrypto"]
        return run(build, 90, folder) and run(["./main"], timeout_s, folder)


def csharp(program: str, timeout_s: float) -> bool:
    """One cold compiler and one run a program."""
    with tempfile.TemporaryDirectory(dir="/work") as folder:
        Path(folder, "main.cs").write_text(program)
        build = ["sh", "/opt/harness/csharp/cold.sh", "main.cs", "main.dll"]
        return run(build, 90, folder) and run(["dotnet", "main.dll"], timeout_s, folder)


def sqlite(program: str, timeout_s: float) -> bool:
    """One bare sqlite3 a program, which makes its database and asks it."""
    return run(["sqlite3", "-bail", ":memory:"], timeout_s, text=program)


def postgres(program: str, _timeout_s: float) -> bool:
    """A fresh PostgreSQL cluster a program: made, started, asked, stopped."""
    tools = next(Path("/usr/lib/postgresql").iterdir()) / "bin"
    with tempfile.TemporaryDirectory(dir="/work") as folder:
        data = f"{folder}/data"
        make = [f"{tools}/initdb", "--no-sync", "--auth=trust", "--username=judge", "-D", data]
        options = f"-c listen_addresses= -c fsync=off -k {folder}"
        start = [f"{tools}/pg_ctl", "start", "-w", "-D", data, "-o", options, "-l", f"{folder}/log"]
        ask = [f"{tools}/psql", "-h", folder, "-U", "judge", "-d", "postgres", "-v"]
        stop = [f"{tools}/pg_ctl", "stop", "-m", "immediate", "-D", data]
        try:
            ready = run(make, 90, folder) and run(start, 90, folder)
            return ready and run([*ask, "ON_ERROR_STOP=1"], 90, folder, program)
        finally:
            run(stop, 90, folder)


def checker(program: str, timeout_s: float) -> bool:
    """A forked process and a manager a program, its verdict taken on trust, no isolation."""
    with FORK.Manager() as manager:
        verdicts = manager.list()
        _fork(program, timeout_s, verdicts.append)
        return list(verdicts) == ["passed"]


def lean_checker(program: str, timeout_s: float) -> bool:
    """The same with a bare pipe instead of the manager."""
    receiver, sender = FORK.Pipe(duplex=False)
    with receiver, sender:
        _fork(program, timeout_s, sender.send)
        return receiver.poll() and receiver.recv() == "passed"


def _fork(program: str, timeout_s: float, tell: Callable[[str], object]) -> None:
    child = FORK.Process(target=_exec, args=(program, timeout_s, tell))
    child.start()
    child.join(timeout_s + 1)
    if child.is_alive():
        child.kill()
        child.join()


def _exec(program: str, timeout_s: float, tell: Callable[[str], object]) -> None:
    def expire(*_: object) -> None:
        raise TimeoutError

    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    signal.signal(signal.SIGALRM, expire)
    with tempfile.TemporaryDirectory(dir="/work") as folder, contextlib.chdir(folder):
        try:
            signal.setitimer(signal.ITIMER_REAL, timeout_s)
            exec(program, {"__name__": "candidate"})
            verdict = "passed"
        except BaseException:  # noqa: BLE001 - SystemExit is a failure too
            verdict = "failed"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    tell(verdict)


METHODS = {
    method.__name__: method
    for method in (
        *(python, checker, lean_checker, node, node_twice, cpp, csharp),
        *(sqlite, postgres),
    )
}


def main() -> None:
    """Run the job on stdin."""
    job = json.load(sys.stdin)
    method = METHODS[job["method"]]
    start = time.monotonic()
    with ThreadPoolExecutor(job["workers"]) as pool:
        passed = list(pool.map(lambda program: method(program, job["timeout_s"]), job["programs"]))
    json.dump({"wall_s": time.monotonic() - start, "passed": passed}, sys.stdout)


if __name__ == "__main__":
    main()
