"""A group of job processes watched together: streams, limits, causes of death.

One group is one step of a job: a program, or a candidate that is asked questions, or a judge
and a candidate joined by pipes. The group ends when its main process ends, when a limit is
hit, or when the step says it has what it needs.
"""

import _socket
import contextlib
import json
import os
import select
import signal
import stat
import time

import cgroup
import frames
from zygote import send_descriptors

CHUNK = 1 << 16


class BecomeZygote(BaseException):
    """Raised in the forked child only: its arguments are those of ``zygote.begin``.

    Raised and not called, so that a job's process is as deep in frames as under any other zygote.
    """


class Zygote:
    """A running zygote and the exits it has reported.

    fork: make it of this process, which must not have seen a job yet, and save the start of an
    interpreter. Raises BecomeZygote in the child.
    """

    def __init__(self, driver, modules, env, fork=False):
        ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        if fork:
            self.pid = self._fork(ours, theirs, driver, modules)
        else:
            self.pid = self._execute(theirs, driver, modules, env)
        theirs.close()
        self.channel = ours
        self.exits = {}
        self.receive("ready")

    @staticmethod
    def _execute(channel, driver, modules, env):
        fd = channel.fileno()
        os.set_inheritable(fd, True)
        # A slot has one CPU; os.cpu_count() would say the host's. Isolated but for the environment,
        # which is ours: -I would ignore PYTHONHASHSEED, and sets differ from slot to slot.
        options = ["-P", "-s", "-X", "cpu_count=1"]
        here = os.path.dirname(__file__)
        argv = ["/usr/bin/python3", *options, os.path.join(here, "zygote.py")]
        # The agent's own streams carry the protocol: a zygote must not inherit them.
        silent = [(os.POSIX_SPAWN_OPEN, n, "/dev/null", os.O_RDWR, 0) for n in (0, 1, 2)]
        argv += [str(fd), driver or "", *modules]
        return os.posix_spawn(argv[0], argv, env, file_actions=silent)

    @staticmethod
    def _fork(ours, theirs, driver, modules):
        pid = os.fork()
        if pid:
            return pid
        ours.detach()
        kept = theirs.fileno()
        os.closerange(3, kept)
        os.closerange(kept + 1, 256)
        silent = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(silent, fd)
        os.close(silent)
        raise BecomeZygote(theirs, driver or "", modules)

    def receive(self, key):
        """Block until a message with ``key`` arrives; exits on the way are kept."""
        while True:
            data = self.channel.recv(4096)
            if not data:
                raise RuntimeError("the zygote ended")
            message = json.loads(data)
            if "exit" in message:
                self.exits[message["exit"]] = message
            if key in message:
                return message

    def spawn(self, request, fds, payload):
        """Fork a process; ``fds`` become 0, 1, 2, …; returns its pid."""
        memory = os.memfd_create("payload", os.MFD_CLOEXEC)
        frames.write_all(memory, json.dumps(payload).encode("ascii"))
        os.lseek(memory, 0, os.SEEK_SET)
        send_descriptors(self.channel, json.dumps(request).encode(), [*fds, memory])
        os.close(memory)
        return self.receive("pid")["pid"]


class Output:
    """A capped stream: exactly ``limit`` bytes are kept, one more is an overflow."""

    def __init__(self, limit):
        self.limit = limit
        self.data = bytearray()
        self.overflow = False

    def feed(self, data):
        """Keep what fits."""
        room = self.limit - len(self.data)
        self.data += data[:room]
        self.overflow = self.overflow or len(data) > room

    def text(self):
        """Decoded text; undecodable bytes become lone surrogates and survive as JSON."""
        return self.data.decode("utf-8", "surrogateescape")


class Process:
    """One process of the group: its pid, its output and, once ended, its exit."""

    def __init__(self, zygote, pid, stdout, stderr):
        self.zygote = zygote
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr

    @property
    def exit(self):
        """The zygote's exit report, or None while it runs."""
        return self.zygote.exits.get(self.pid)

    def report(self, cause):
        """JSON view for the controller."""
        ended = self.exit or {"status": 0, "cpu_s": 0.0, "rss_mb": 0.0}
        status = ended["status"]
        return {
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "cause": cause,
            "cpu_s": round(ended["cpu_s"], 6),
            "memory_mb": round(ended["rss_mb"], 2),
            "stdout": self.stdout.text(),
            "stderr": self.stderr.text(),
        }


def _open_to_all(fd):
    """Programs may open their streams by name, as /dev/stdin; gVisor's pipes refuse the change."""
    if stat.S_ISFIFO(os.fstat(fd).st_mode):
        with contextlib.suppress(PermissionError):
            os.fchmod(fd, 0o666)


class Group:
    """The event loop of one step. ``kill`` ends every process of the job at once."""

    def __init__(self, kill):
        self.kill = kill
        self.poller = select.poll()
        self.handlers = {}
        self.processes = []
        self.writers = {}
        self.close_after = set()
        self.cause = None
        self.reset_budget(None, None)
        self.oom_before = cgroup.oom_kills.value() or 0
        self.failures_before = cgroup.limit_failures()

    def reset_budget(self, cpu_s, wall_s):
        """Start counting CPU and wall time afresh (a new case)."""
        self.cpu_limit, self.wall_limit = cpu_s, wall_s
        self.cpu_start = cgroup.cpu.value() or 0.0
        self.started = time.monotonic()

    def watch(self, fd, handler):
        """Call ``handler(data)`` with what ``fd`` yields, ``handler(b"")`` at its end."""
        os.set_blocking(fd, False)
        self.handlers[fd] = handler
        self.poller.register(fd, select.POLLIN)

    def send(self, fd, data):
        """Write ``data`` to ``fd`` as it drains; an empty rest closes it if asked."""
        os.set_blocking(fd, False)
        self.writers[fd] = memoryview(data)
        self._write(fd)

    def feed_stdin(self, fd, data):
        """Write ``data`` and close."""
        self.close_after.add(fd)
        self.send(fd, data)

    def add(self, zygote, request, fds, payload, output_bytes):
        """Spawn a process whose stdout and stderr are captured here."""
        out_r, out_w = os.pipe2(os.O_CLOEXEC)
        err_r, err_w = os.pipe2(os.O_CLOEXEC)
        # Programs open /dev/stdin and /dev/stdout by name; pipes belong to the agent's uid.
        for fd in (fds[0], out_w, err_w):
            _open_to_all(fd)
        pid = zygote.spawn(request, [fds[0], out_w, err_w, *fds[1:]], payload)
        for fd in (out_w, err_w, *fds):
            os.close(fd)
        process = Process(zygote, pid, Output(output_bytes), Output(output_bytes))
        self.processes.append(process)
        self.watch(out_r, process.stdout.feed)
        self.watch(err_r, process.stderr.feed)
        self.poller.register(zygote.channel, select.POLLIN)
        return process

    def run(self, done):
        """Loop until ``done()`` or a limit; sets ``cause`` when a limit was hit."""
        while self.cause is None and not done():
            for fd, events in self.poller.poll(self._timeout_ms()):
                self._handle(fd, events)
            self._check_limits()

    def grace(self, process, seconds=0.25):
        """Let a process that has said all it had to say end by itself; cheaper than a kill."""
        self.reset_budget(seconds, seconds)
        if self.cause is None:
            self.run(lambda: process.exit is not None)
            self.cause = None

    def finish(self):
        """Kill what still runs, collect exits and what is left in the pipes, close all."""
        if any(process.exit is None for process in self.processes):
            self.kill()
        for process in self.processes:
            while process.exit is None:
                process.zygote.receive("exit")
        for fd in list(self.handlers):
            self._drain(fd)
        for fd in list(self.writers):
            self.close_writer(fd)
        if (cgroup.oom_kills.value() or 0) > self.oom_before:
            own = cgroup.limit_was_hit(self.failures_before)
            self.cause = "memory" if own else "host_memory"
        elif self.cause is None and any(self._over(p) for p in self.processes):
            self.cause = "output"
        elif self.cause is None and any(self._cpu_signal(p) for p in self.processes):
            self.cause = "cpu"

    def wall_s(self):
        """Seconds since the budget was reset."""
        return time.monotonic() - self.started

    def cpu_s(self):
        """CPU seconds of the whole slot since the budget was reset."""
        return max(0.0, (cgroup.cpu.value() or 0.0) - self.cpu_start)

    @staticmethod
    def _over(process):
        return process.stdout.overflow or process.stderr.overflow

    def _cpu_signal(self, process):
        """Its own RLIMIT_CPU ended it: where the cgroup's counter cannot be read (gVisor)."""
        status = process.exit["status"]
        if not os.WIFSIGNALED(status):
            return False
        spent = self.cpu_limit is not None and process.exit["cpu_s"] > self.cpu_limit + 1
        return os.WTERMSIG(status) == signal.SIGXCPU or (
            os.WTERMSIG(status) == signal.SIGKILL and spent
        )

    def _timeout_ms(self):
        if self.wall_limit is None:
            return None
        wall_left = self.wall_limit - self.wall_s()
        # One slot has at most one CPU, so the budget cannot be spent before it has passed.
        cpu_left = self.cpu_limit - self.cpu_s()
        return max(1.0, min(wall_left, max(cpu_left, 0.005)) * 1000)

    def _check_limits(self):
        if self.cause is not None or self.wall_limit is None:
            return
        if any(self._over(process) for process in self.processes):
            self.cause = "output"
        elif self.cpu_s() > self.cpu_limit:
            self.cause = "memory" if cgroup.exhausted() else "cpu"
        elif self.wall_s() > self.wall_limit:
            self.cause = "memory" if cgroup.exhausted() else "wall"

    def _handle(self, fd, events):
        for process in self.processes:
            if process.zygote.channel.fileno() == fd:
                process.zygote.receive("exit")
                return
        if fd in self.writers and events & (select.POLLOUT | select.POLLERR | select.POLLHUP):
            self._write(fd)
        elif fd in self.handlers:
            self._read(fd)

    def _read(self, fd):
        try:
            data = os.read(fd, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.handlers[fd](data)
        if not data:
            self._forget(fd)

    def _forget(self, fd):
        if self.handlers.pop(fd, None) is not None:
            self.poller.unregister(fd)
            os.close(fd)

    def _drain(self, fd):
        """Read what is there already; a survivor that holds the pipe open is not waited for."""
        for _ in range(4096):
            try:
                data = os.read(fd, CHUNK)
            except OSError:
                break
            if not data:
                break
            self.handlers[fd](data)
        self._forget(fd)

    def _write(self, fd):
        view = self.writers[fd]
        try:
            while view:
                view = view[os.write(fd, view) :]
        except BlockingIOError:
            self.writers[fd] = view
            self.poller.register(fd, select.POLLOUT)
            return
        except OSError:
            view = memoryview(b"")
        self.writers[fd] = view
        if fd in self.close_after:
            self.close_writer(fd)
        else:
            self._unregister(fd)

    def _unregister(self, fd):
        try:
            self.poller.unregister(fd)
        except KeyError:
            pass

    def close_writer(self, fd):
        """Close a descriptor given to ``send``."""
        self.writers.pop(fd, None)
        self._unregister(fd)
        os.close(fd)
