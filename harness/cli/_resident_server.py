"""``harness flag --resident``: the process that waits, with everything loaded.

One for a home and an installation: who holds the lock file is the server. It does no work itself.
It hands a connection to a worker, a fork of itself that does one request after another, and makes
another fork where all are busy. What kills a worker kills neither the server nor another's answer,
and a worker that has grown, or that met a bug, is replaced by a fresh fork. The server ends by
itself: when nobody has asked for a while, when the files it has loaded are no longer those on
disk, or when its socket is gone. Workers end with it.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from harness.cli import _resident as asker
from harness.cli import _resident_job as job

MAX_WORKERS = 32
# How many are kept when nothing is to be done.
IDLE_WORKERS = 2
LOOK_ROUND_S = 2.0
LOCK_S = 0.3
BACKLOG = 64


def main(folder: str) -> None:
    """Serve until it is over; at once if another process serves already."""
    os.setsid()
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    os.umask(0o077)
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    if not asker.is_ours(folder):
        sys.exit(f"{folder} is not this user's alone")
    os.environ["HARNESS_HOME"] = str(Path(folder).parent)
    name = asker.name_of(asker.identity())
    lock = os.open(Path(folder) / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if _is_free(lock):
        from harness.cli._catch import caught

        sys.exit(caught(lambda: _serve(Path(folder) / f"{name}.sock", lock)))


def _is_free(lock: int) -> bool:
    """Take the lock; wait a moment for one who is about to give it back."""
    until_s = time.monotonic() + LOCK_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until_s:
                return False
            time.sleep(0.02)
        else:
            return True


def _serve(path: Path, lock: int) -> int:
    from harness.settings import load_settings

    _tell(lock, {})
    loaded = job.Loaded.begin()
    idle_s = load_settings().resident_idle_s
    job.load()
    loaded = loaded.finish()
    gc.collect()
    gc.freeze()  # forks share the pages that the collector leaves alone
    server = Server(path, lock, loaded, idle_s)
    signal.signal(signal.SIGTERM, _end)
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    server.listen()
    try:
        while not server.is_over():
            server.wait()
    except SystemExit:  # asked to
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        server.end()
    while server.busy:
        server.wait()
    return 0


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)


@dataclass
class Worker:
    """A fork. link: to it; connection: of the request that it works on."""

    pid: int
    link: socket.socket
    connection: socket.socket | None = None

    def take(self, connection: socket.socket) -> None:
        """Give it a request."""
        self.connection = connection
        socket.send_fds(self.link, [b"r"], [connection.fileno()])

    def end(self, *, now: bool = False) -> None:
        """Let it end when it is through; ``now``: in the middle of its work."""
        if now:
            os.kill(self.pid, signal.SIGKILL)
        self.link.close()
        if self.connection is not None:
            self.connection.close()


@dataclass
class Server:
    """What is known between two requests. path: of the socket; lock: descriptor of its file."""

    path: Path
    lock: int
    loaded: job.Loaded
    idle_s: float
    since: float = field(default_factory=time.time)
    answers: int = 0
    last_s: float = field(default_factory=time.monotonic)
    over: bool = False
    idle: list[Worker] = field(default_factory=list)
    busy: dict[int, Worker] = field(default_factory=dict)
    listener: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_UNIX))
    inode: int = 0

    def listen(self) -> None:
        """From now on there is a server, with a worker that has done everything once."""
        self.path.unlink(missing_ok=True)
        os.chdir(self.path.parent)
        self.listener.bind(self.path.name)  # the whole path may be too long
        os.chdir("/")
        self.listener.listen(BACKLOG)
        self.listener.setblocking(False)
        self.inode = self.path.stat().st_ino
        self.idle.append(self._fork())
        self.tell()

    def is_over(self) -> bool:
        """Whether to end now."""
        rests = not self.busy and time.monotonic() - self.last_s >= self.idle_s
        return self.over or rests or not self._has_socket()

    def _has_socket(self) -> bool:
        try:
            return self.path.stat().st_ino == self.inode
        except OSError:
            return False

    def wait(self) -> None:
        """Until something happens, and deal with it."""
        poll = select.poll()
        if not self.over:
            poll.register(self.listener, select.POLLIN)
        links = {one.link.fileno(): one for one in (*self.idle, *self.busy.values())}
        for number in links:
            poll.register(number, select.POLLIN)
        for one in self.busy.values():
            assert one.connection is not None
            poll.register(one.connection, 0)  # only whether the asker is gone
        rest_s = self.last_s + self.idle_s - time.monotonic()
        timeout_s = LOOK_ROUND_S if self.busy else max(0.0, min(LOOK_ROUND_S, rest_s))
        _reap()
        ready = {number for number, _ in poll.poll(timeout_s * 1000 + 1)}
        # What a worker says comes first: it says that it is through before its asker leaves.
        for number in ready & links.keys():
            self._hear(links[number])
        for one in list(self.busy.values()):
            if one.connection is not None and one.connection.fileno() in ready:
                self._remove(one, now=True)
        if not self.over and self.listener.fileno() in ready:
            self._accept()

    def _hear(self, worker: Worker) -> None:
        """What a worker says of its request: what came of it; nothing if it has ended."""
        try:
            said = worker.link.recv(1)
        except OSError:
            said = b""
        self.last_s = time.monotonic()
        self.over = self.over or said == job.OUTDATED
        self.answers += said in (job.ANSWERED, job.LAST)
        if self.over or said != job.ANSWERED or len(self.idle) >= IDLE_WORKERS:
            self._remove(worker)
        else:
            connection, worker.connection = worker.connection, None
            del self.busy[worker.pid]
            if connection is not None:
                connection.close()
            self.idle.append(worker)
        self.tell()

    def _remove(self, worker: Worker, *, now: bool = False) -> None:
        self.busy.pop(worker.pid, None)
        if worker in self.idle:
            self.idle.remove(worker)
        worker.end(now=now)

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:  # the asker is gone
            return
        if len(self.busy) >= MAX_WORKERS:
            connection.close()  # whoever asks will do it itself
            return
        worker = self.idle.pop() if self.idle else self._fork()
        self.busy[worker.pid] = worker
        self.last_s = time.monotonic()
        try:
            worker.take(connection)
        except OSError:  # it has died meanwhile
            self._remove(worker)

    def _fork(self) -> Worker:
        here, there = socket.socketpair()
        pid = os.fork()
        if pid:
            there.close()
            return Worker(pid, here)
        try:
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            here.close()
            self.listener.close()
            os.close(self.lock)
            for one in (*self.idle, *self.busy.values()):
                one.end()
            job.work(there, self.loaded)
        finally:
            os._exit(1)

    def tell(self) -> None:
        """Write into the lock file what ``--resident-status`` says."""
        if self.over:
            return
        row = {"since": self.since, "answers": self.answers, "idle_s": self.idle_s}
        _tell(self.lock, row)

    def end(self) -> None:
        """No more requests, and another may serve; what is at work is seen to its end."""
        self.over = True
        if self._has_socket():
            self.path.unlink()
        self.listener.close()
        os.close(self.lock)
        while self.idle:
            self.idle.pop().end()


def _reap() -> None:
    """Workers that have ended leave nothing behind."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _tell(lock: int, row: dict[str, float]) -> None:
    data = json.dumps({"pid": os.getpid(), **row}).encode()
    os.pwrite(lock, data.ljust(255) + b"\n", 0)
