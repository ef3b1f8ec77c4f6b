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


def run(command: list[str], timeout_s: float, folder: str = "/work") -> bool:
    """Whether one process ends well in time. Output is thrown away: the cheapest choice."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            timeout=timeout_s,
            stdin=subprocess.DEVNULL,
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
    method.__name__: method for method in (python, node, node_twice, cpp, checker, lean_checker)
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
