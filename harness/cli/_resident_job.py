"""``harness flag --resident``: what a worker does for a request."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import harness
from harness.cli import _resident as asker
from harness.cli._resident_output import Held

# What a worker says to its server: that it is through; through, and ends now; that nothing came of
# the request; that the server is no longer what is installed.
ANSWERED, LAST, FAILED, OUTDATED = b"a", b"l", b"f", b"o"
MAX_REQUESTS = 1000
MAX_MEMORY_MB = 256
BUG = 3
DESCRIPTORS = 4
_SAMPLES = {
    "python": "def f(a):\n    return a\n",
    "javascript": "function f(a) { return a; }\n",
    "cpp": "int f(int a) { return a; }\n",
    "csharp": "class C { int F(int a) { return a; } }\n",
    "sql": "SELECT a FROM t;\n",
    "html": "<!DOCTYPE html><html><body><p>a</p><script>let b = 1;</script></body></html>\n",
}


def load() -> None:
    """Import and prepare what requests need: rules and grammars of all languages, the options."""
    import harness.cli._flag_quick
    import harness.cli._flag_show
    import harness.flags.sarif  # noqa: F401
    from harness.cli.main import build_app
    from harness.errors import HarnessError
    from harness.flags import find_flags, rules
    from harness.models import Language

    build_app()
    rules()
    with contextlib.suppress(HarnessError):  # a damaged strength file: each request says so
        for name, source in _SAMPLES.items():
            find_flags(Language(name), source)


@dataclass(frozen=True)
class Loaded:
    """The files that were loaded, as they were: (time of change, size, number) by path."""

    facts: dict[str, tuple[int, ...]]

    @classmethod
    def begin(cls) -> Loaded:
        """Files of the package and of its figures, before they are loaded."""
        from harness.flags.strength import FILE, SHIPPED

        package = Path(os.path.abspath(harness.__file__)).parent
        files = [*package.rglob("*.py"), SHIPPED, Path(os.environ["HARNESS_HOME"]) / FILE]
        return cls({str(file): _facts(str(file)) for file in files})

    def finish(self) -> Loaded:
        """Only what has been loaded, and the folders where more of it may appear."""
        rules = Path(str(sys.modules["harness.flags.rules"].__file__)).parent
        packages = Path(str(sys.modules["tree_sitter"].__file__)).parents[1]  # where pip installs
        folders = [packages, *(one.parent for one in rules.glob("*/__init__.py"))]
        new = {str(folder): _facts(str(folder)) for folder in folders}
        names = {getattr(one, "__file__", None) for one in list(sys.modules.values())}
        kept = {path: was for path, was in self.facts.items() if path in names
                or not path.endswith(".py")}  # fmt: skip
        return Loaded({**kept, **new})

    def is_current(self) -> bool:
        """Whether all of it is still so."""
        return all(_facts(path) == was for path, was in self.facts.items())


def _facts(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def work(link: socket.socket, loaded: Loaded) -> None:
    """Do requests whose connections come over ``link``, until it is enough."""
    load()  # what is written to is copied: now, not while somebody waits
    done = 0
    while True:
        data, descriptors, _, _ = socket.recv_fds(link, 1, 1)
        if not data:  # the server has ended
            return
        done += 1
        with socket.socket(fileno=descriptors[0]) as connection:
            said, reply = _answer(connection, loaded)
            if said == ANSWERED and (done >= MAX_REQUESTS or _memory_mb() > MAX_MEMORY_MB):
                said = LAST
            link.send(said)  # first: the asker leaves when it has its reply
            with contextlib.suppress(OSError):  # the asker has gone
                connection.sendall(reply)
        if said != ANSWERED:
            return


def _answer(connection: socket.socket, loaded: Loaded) -> tuple[bytes, bytes]:
    """Do what a request asks for; what the server and the asker are to hear."""
    connection.settimeout(asker.HELLO_S)
    other = asker.peer(connection)
    try:
        request, descriptors = _receive(connection)
    except (OSError, ValueError):
        return FAILED, b""
    if request.who != asker.identity() or (other is not None and other[1] != os.geteuid()):
        return FAILED, b""
    if not loaded.is_current():
        return OUTDATED, asker.STALE
    connection.sendall(asker.AT_WORK)
    connection.settimeout(None)
    held = Held(lambda: _ask_to_print(connection))
    request.take_place(descriptors, held)
    code = _run(held)
    _leave_place()
    printed = held.packed()
    reply = asker.ENDED + bytes([code & 255]) + len(printed).to_bytes(4, "big") + printed
    return LAST if code == BUG else ANSWERED, reply


def _ask_to_print(connection: socket.socket) -> None:
    """Return when the asker wants to see it; end if it has given up."""
    with contextlib.suppress(OSError):
        connection.sendall(asker.PRINTING)
        if connection.recv(1) == asker.PRINT:
            return
    os._exit(BUG)


def _memory_mb() -> float:
    """The most this process has ever had in memory, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / ((1 << 20) if sys.platform == "darwin" else 1024)


def _run(held: Held) -> int:
    from harness.cli._catch import caught
    from harness.cli.main import command

    code = caught(command)

    def flush() -> int:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except BrokenPipeError:  # the reader has seen enough
            return asker.BROKEN_PIPE
        return code

    return caught(flush)


@dataclass(frozen=True)
class Request:
    """Whose place to take. module: ``__package__`` of its main module; streams: encodings."""

    who: str
    module: str
    program: str
    streams: tuple[str, ...]
    arguments: list[str]
    variables: dict[bytes, bytes]

    def take_place(self, descriptors: list[int], held: Held) -> None:
        """Be the asker: its folder, streams, arguments and environment."""
        here, *streams = descriptors
        os.fchdir(here)
        os.close(here)
        for number, one in enumerate(streams):
            os.dup2(one, number)
            os.close(one)
        os.environb.clear()
        os.environb.update(self.variables)
        sys.argv = [self.program, *asker.without_option(self.arguments)]
        sys.modules["__main__"].__package__ = self.module or None
        encodings = list(zip(self.streams[::2], self.streams[1::2], strict=True))
        encoding, errors = encodings[0]
        sys.stdin = open(0, encoding=encoding, errors=errors, closefd=False)  # noqa: SIM115
        sys.stdout = held.stream(1, *encodings[1])
        sys.stderr = held.stream(2, *encodings[2])


def _leave_place() -> None:
    """Let go of the asker's folder and streams: who reads them waits for their end."""
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)


def _receive(connection: socket.socket) -> tuple[Request, list[int]]:
    """A request and its descriptors. Raises OSError or ValueError for anything else."""
    data, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, DESCRIPTORS)
    size = 4 + int.from_bytes(data[:4], "big")
    if len(descriptors) != DESCRIPTORS or not 4 < size <= asker.MAX_REQUEST_BYTES + 4:
        raise ValueError("no request")
    parts = [data]
    left = size - len(data)
    while left > 0:
        more = connection.recv(min(left, 1 << 16))
        if not more:
            raise ValueError("half a request")
        parts.append(more)
        left -= len(more)
    return _read(b"".join(parts)[4:]), descriptors


def _read(data: bytes) -> Request:
    fields = data.split(b"\0")
    who, module, program, *streams, count = map(os.fsdecode, fields[:10])
    end = 10 + int(count)
    variables = dict(one.split(b"=", 1) for one in fields[end:] if one)
    return Request(
        who, module, program, tuple(streams), [os.fsdecode(one) for one in fields[10:end]],
        variables,
    )  # fmt: skip
