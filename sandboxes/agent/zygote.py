"""Zygote: the only process that starts a job's processes.

It is started by the agent with a fresh ``exec``, so a fork of it inherits nothing of the
agent: no protocol descriptor, no test text, no expected value. In a slot that serves one response
it may be a fork of the agent instead, made before the first job arrived: there was nothing yet to
inherit, and the descriptors are closed. Every request names a uid; the child becomes that uid
before it touches anything of the job.

Requests arrive as JSON datagrams with descriptors attached (SCM_RIGHTS): stdin, stdout,
stderr, then any channel descriptors (3, 4, …), and last a memfd with the payload.
Replies: ``{"pid": n}`` after the fork, ``{"exit": pid, "status": …, "cpu_s": …, "rss_mb": …}``
after the process ended.
"""

import _socket  # what lies under socket, whose tables of names cost a start two milliseconds
import base64
import ctypes
import fcntl
import gc
import importlib
import importlib.util
import json
import os
import resource
import select
import signal
import stat
import struct
import sys

MAX_MESSAGE = 1 << 16
MAX_FDS = 16
PR_SET_DUMPABLE = 4
STARTED_WITH = dict(os.environ)
libc = ctypes.CDLL(None, use_errno=True)


def send_descriptors(channel, data, fds):
    """Send one datagram with descriptors attached."""
    rights = struct.pack(f"{len(fds)}i", *fds)
    channel.sendmsg([data], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])


def receive_descriptors(channel):
    """One datagram and the descriptors that came with it."""
    room = _socket.CMSG_SPACE(MAX_FDS * struct.calcsize("i"))
    data, attached, _flags, _address = channel.recvmsg(MAX_MESSAGE, room)
    fds = []
    for level, kind, rights in attached:
        if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
            fds += struct.unpack(f"{len(rights) // struct.calcsize('i')}i", rights)
    return data, fds


def load_driver(path):
    """Import the language driver from its file; None when the image has none."""
    if not path:
        return None
    spec = importlib.util.spec_from_file_location("harness_driver", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["harness_driver"] = module
    spec.loader.exec_module(module)
    return module


def set_limits(limits):
    """Apply rlimits; a hard limit below the wish is taken as it is."""
    for name, value in limits.items():
        which = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(which)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))


def place_descriptors(fds):
    """Move the received descriptors to 0, 1, 2, … and close everything else."""
    spare = [fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for fd in fds]
    for target, fd in enumerate(spare):
        os.dup2(fd, target, inheritable=True)
    os.closerange(len(fds), 256)


def become(uid):
    """Drop to the job's uid for good; the kernel clears every capability with it."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def enter_folder(folder, uid):
    """Make the job's private folder, or enter the one this uid made earlier.

    The parent is writable by every job of the slot: a folder somebody else put there would let
    them read what is written into it.
    """
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        info = os.lstat(folder)
        if info.st_uid != uid or not stat.S_ISDIR(info.st_mode):
            raise PermissionError(f"{folder} belongs to another user") from None
    os.chdir(folder)


def write_files(folder, files, binary):
    """Write the job's files below its folder; names were checked by the controller.

    files: name → text. binary: name → base64 of what a service made earlier in the job.
    """
    contents = {name: text.encode("utf-8", "surrogateescape") for name, text in files.items()}
    contents.update({name: base64.b64decode(text) for name, text in binary.items()})
    for name, content in contents.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as handle:
            handle.write(content)


def read_payload(fd):
    """Read the memfd the agent filled."""
    parts = []
    while part := os.read(fd, 1 << 20):
        parts.append(part)
    os.close(fd)
    return json.loads(b"".join(parts))


def prefer_for_oom(score):
    """The kernel kills a job's process (1000) before a service, and both before the agent.

    Raising the score needs no right.
    """
    fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(fd, str(score).encode())
    os.close(fd)


def set_environment(wanted):
    """Make ``os.environ`` what the job was promised; most of it is there already.

    Compared as plain dictionaries: every access to ``os.environ`` encodes and decodes.
    """
    for name in STARTED_WITH.keys() - wanted.keys():
        del os.environ[name]
    for name, value in wanted.items():  # in order: programs may print it
        if STARTED_WITH.get(name) != value:
            os.environ[name] = value


def run_child(request, fds, driver):
    """Turn this fork into the job's process; never returns."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if "argv" in request:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    payload_fd = os.dup(fds[-1])
    prefer_for_oom(request.get("oom_score", 1000))
    os.setsid()
    become(request["uid"])
    payload = read_payload(payload_fd)
    place_descriptors(fds[:-1])
    folder = request["cwd"]
    os.umask(0o077)
    enter_folder(folder, request["uid"])
    write_files(folder, payload.pop("files", {}), payload.pop("binary", {}))
    set_limits(request["limits"])
    if "argv" in request:
        program = os.path.join(folder, request["argv"][0])
        os.execve(program, request["argv"], request["env"])
    set_environment(request["env"])
    # Programs may open /dev/stdin, which the kernel refuses to a non-dumpable process.
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    driver.main(request["mode"], payload)


def fork_child(request, fds, driver):
    """Fork; the child never comes back here."""
    pid = os.fork()
    if pid:
        return pid
    try:
        run_child(request, fds, driver)
    except BaseException as error:  # noqa: BLE001 - the child must not return into the loop
        try:
            os.write(2, f"cannot start: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(125)
    os._exit(0)


def reap(channel):
    """Report every child that has ended."""
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        report = {
            "exit": pid,
            "status": status,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "rss_mb": usage.ru_maxrss / 1024,
        }
        channel.send(json.dumps(report).encode())


def serve(channel, wakeup, driver):
    """Fork on request and report exits until the agent hangs up."""
    poller = select.poll()
    poller.register(channel, select.POLLIN)
    poller.register(wakeup, select.POLLIN)
    while True:
        for fd, _events in poller.poll():
            if fd == wakeup:
                os.read(wakeup, 4096)
                reap(channel)
                continue
            data, fds = receive_descriptors(channel)
            if not data:
                return
            pid = fork_child(json.loads(data), fds, driver)
            for received in fds:
                os.close(received)
            channel.send(json.dumps({"pid": pid}).encode())


def begin(channel, driver_path, modules):
    """Import what jobs will want, say so, and serve."""
    gc.disable()  # imports leave nothing to collect
    driver = load_driver(driver_path)
    for name in modules:
        importlib.import_module(name)
    wake_r, wake_w = os.pipe()
    for fd in (wake_r, wake_w):
        os.set_blocking(fd, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_w)
    # Pages touched by the collector in every child would be copied; freeze what is loaded.
    gc.freeze()
    gc.enable()
    channel.send(b'{"ready": 1}')
    serve(channel, wake_r, driver)


def main():
    """zygote.py FD DRIVER MODULE…"""
    begin(_socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3:])


if __name__ == "__main__":
    main()
