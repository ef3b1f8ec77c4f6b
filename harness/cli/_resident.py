"""``harness flag --resident``: the asking side.

Theory of operation. A resident process (``_resident_server``) has the rules of all languages
loaded and listens on a Unix socket in a folder only its owner may enter. Whoever asks hands over
the arguments, the environment and, as file descriptors, the current folder and the three standard
streams. The server passes it on to a fork of itself, which takes the asker's place
(``_resident_job``) and runs the same command on the same streams, so what is printed is what the
command prints. It holds its output back until it is through: if it dies before, nothing was
printed, and the command is run here as if there were no server. So it is whenever there is no
server yet (then one is started for the next time), it is of another version, busy, hung, or not
surely our own.

This module is most of what the asker loads: it imports nothing that takes a millisecond.
"""

from __future__ import annotations

import os
import sys
from binascii import crc32

import harness
from harness._data_folder import data_folder
from harness.cli.main import RESIDENT as OPTION

TYPE_CHECKING = False  # importing typing takes two milliseconds
if TYPE_CHECKING:
    from _socket import socket


FOLDER = "resident"
# How long a server may take until it says that it is at work.
HELLO_S = 2.0
MAX_REQUEST_BYTES = 4 << 20
# A longer one may not fit a socket's address (108 bytes on Linux, 104 on macOS).
MAX_PATH_BYTES = 100
# What a server says: at work; ready to print; ended, with the exit code in the next byte and what
# is to be printed behind its size; that it is outdated. Anything else is no answer.
AT_WORK, PRINTING, ENDED, STALE = b"h", b"p", b"e", b"s"
# What it is told: to print.
PRINT = b"p"
LOST = 3
BROKEN_PIPE = 1
INTERRUPTED = 130


def answer_or_return() -> None:
    """End this process with a server's answer; return if the command is to be run here."""
    arguments = sys.argv[1:]
    if not wanted(arguments) or not hasattr(os, "fork"):
        return
    sys.argv[1:] = without_option(arguments)
    try:
        home = home_folder()
        code = None if home is None else _answer(os.path.join(home, FOLDER), arguments)
    except (OSError, ValueError):  # whatever it is, the command itself can do without
        return
    except KeyboardInterrupt:
        os.write(2, b"harness: interrupted\n")
        code = INTERRUPTED
    if code is not None:
        os._exit(code)


def wanted(arguments: list[str]) -> bool:
    """Whether these arguments can be answered by another process."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    # Names that mean something else in every process; measuring may start containers.
    own = any(name.startswith(("/dev/", "/proc/")) or name == "--calibrate" for name in arguments)
    return options[:1] == ["flag"] and OPTION in options and not own


def without_option(arguments: list[str]) -> list[str]:
    """The arguments of the plain command."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [name for name in arguments[:end] if name != OPTION] + arguments[end:]


def home_folder() -> str | None:
    """HARNESS_HOME as the plain command finds it, as an absolute path."""
    given = os.environ.get("HARNESS_HOME")
    if given is None and os.path.exists("harness.toml"):
        from harness._home import home_folder as found
        from harness.errors import HarnessError

        try:
            given = str(found())
        except HarnessError:  # the plain command says it
            return None
    return os.path.abspath(os.path.expanduser(given or data_folder()))


def identity() -> str:
    """What must be the same on both sides for the answers to be."""
    package = os.path.dirname(os.path.abspath(harness.__file__))
    parts = (harness.__version__, package, sys.executable, sys.version)
    return "\n".join((*parts, sys.getfilesystemencoding()))


def name_of(who: str) -> str:
    """Name of the files of a server for an identity: installations do not share one."""
    return f"{crc32(who.encode('utf-8', 'surrogateescape')):08x}"


def is_ours(folder: str) -> bool:
    """Whether a folder is this user's and no one else may look into it."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    is_folder = found.st_mode & 0o170000 == 0o040000
    return is_folder and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def peer(connection: socket) -> tuple[int, int] | None:
    """(process, user) of the other side; None where the platform does not say."""
    import _socket

    option = getattr(_socket, "SO_PEERCRED", None)
    if option is None:
        return None
    data = connection.getsockopt(_socket.SOL_SOCKET, option, 12)
    process, user = (int.from_bytes(data[at : at + 4], sys.byteorder) for at in (0, 4))
    return process, user


def _answer(folder: str, arguments: list[str]) -> int | None:
    if None in (sys.stdin, sys.stdout, sys.stderr):
        return None
    who = identity()
    if not is_ours(folder):
        if not os.path.lexists(folder):
            _start(folder)
        return None
    if "-" in arguments and not _keep_stdin():
        return None
    code = _ask(folder, name_of(who), _request(who, arguments))
    if code is None and "-" in arguments:
        os.lseek(0, 0, os.SEEK_SET)  # whatever was read of it
    return code


def _keep_stdin() -> bool:
    """Make stdin a file in memory, which can be read again if the server dies of it."""
    if not hasattr(os, "memfd_create"):
        return False
    held = os.memfd_create("stdin")
    while data := os.read(0, 1 << 16):
        written = 0
        while written < len(data):
            written += os.write(held, data[written:])
    os.lseek(held, 0, os.SEEK_SET)
    os.dup2(held, 0)
    os.close(held)
    return True


def _request(who: str, arguments: list[str]) -> bytes:
    streams = [
        part
        for one in (sys.stdin, sys.stdout, sys.stderr)
        for part in (one.encoding, one.errors or "strict")
    ]
    module = getattr(sys.modules["__main__"], "__package__", None) or ""
    texts = [who, module, sys.argv[0], *streams, str(len(arguments)), *arguments]
    variables = [name + b"=" + value for name, value in os.environb.items()]
    data = b"\0".join([*map(os.fsencode, texts), *variables])
    if len(data) > MAX_REQUEST_BYTES:
        raise ValueError("longer than any command line")
    return len(data).to_bytes(4, "big") + data


def _ask(folder: str, name: str, request: bytes) -> int | None:
    """The exit code; None if there was no answer."""
    import _socket

    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.settimeout(HELLO_S)
    try:
        _connect(connection, folder, f"{name}.sock")
    except TimeoutError:
        return None
    except OSError:
        _start(folder)
        return None
    other = peer(connection)
    if other is not None and other[1] != os.geteuid():
        return None
    try:
        _send(connection, request)
        hello = connection.recv(1)
    except TimeoutError:
        if other is not None:
            os.kill(other[0], 9)  # it hangs; the next one who asks starts another
        return None
    if hello == STALE:  # it ends
        _start(folder)
    return _result(connection) if hello == AT_WORK else None


def _result(connection: socket) -> int | None:
    """What comes of a request that somebody works on; None if it died of it, having said nothing.

    What is too much or too slow to be handed over is printed at the other side, and only when told
    to: whoever gives up waiting can do the work instead.
    """
    connection.settimeout(None)
    said: bytes | None = connection.recv(1)
    printing = said == PRINTING
    if printing:
        connection.sendall(PRINT)
        said = _read(connection, 1)
    head = _read(connection, 5) if said == ENDED else None
    printed = None if head is None else _read(connection, int.from_bytes(head[1:], "big"))
    if head is not None and printed is not None:
        return _printed(printed, head[0])
    if not printing:
        return None
    os.write(2, b"harness: the resident process was ended in the middle of its answer\n")
    return LOST


def _read(connection: socket, size: int) -> bytes | None:
    """So many bytes; None if they do not come."""
    data = b""
    while len(data) < size:
        try:
            more = connection.recv(size - len(data))
        except OSError:
            more = b""
        if not more:
            return None
        data += more
    return data


def _printed(data: bytes, code: int) -> int:
    """Print what was handed over: a descriptor, a size, and so many bytes, again and again."""
    try:
        while data:
            size = int.from_bytes(data[1:5], "big")
            number, text, data = data[0], data[5 : 5 + size], data[5 + size :]
            while text:
                text = text[os.write(number, text) :]
    except BrokenPipeError:  # the reader has seen enough
        return BROKEN_PIPE
    except OSError as error:
        return _complaint(error)
    return code


def _complaint(error: OSError) -> int:
    from harness.cli._catch import caught

    def fail() -> int:
        raise error

    return caught(fail)


def _connect(connection: socket, folder: str, name: str) -> None:
    path = os.path.join(folder, name)
    if len(os.fsencode(path)) <= MAX_PATH_BYTES:
        connection.connect(path)
        return
    here = os.open(".", getattr(os, "O_PATH", os.O_RDONLY))
    os.chdir(folder)
    try:
        connection.connect(name)
    finally:
        os.fchdir(here)
        os.close(here)


def _send(connection: socket, request: bytes) -> None:
    """The request, and with its first bytes the current folder and the standard streams."""
    import _socket

    here = os.open(".", getattr(os, "O_PATH", os.O_RDONLY))
    descriptors = b"".join(one.to_bytes(4, sys.byteorder) for one in (here, 0, 1, 2))
    rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)
    sent = connection.sendmsg([request], [rights])
    if request[sent:]:  # sending nothing fails, too, if the answer is there already
        connection.sendall(request[sent:])
    os.close(here)


def _start(folder: str) -> None:
    """Start a server for the next time, apart from this process and its streams."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(harness.__file__)))
    # -P: a folder named harness in the current folder is not this package.
    code = f"import sys; sys.path.append({root!r}); from harness.cli import _resident_server as s; "
    arguments = [sys.executable, "-P", "-c", code + f"s.main({folder!r})"]
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    os.posix_spawn(sys.executable, arguments, os.environ, file_actions=nothing)
