"""Resident services: a compiler or browser that outlives a job, asked one thing at a time.

A service runs as a fixed uid that no job ever has, holds nothing secret, and is given up at the
first limit it meets: every process of its uid is killed, and the next job starts a new one. One
that is marked ``pause`` is stopped between requests: a compiler that goes on optimising itself
would spend CPU time that counts as the response's.
"""

import fcntl
import json
import os
import select
import signal
import time

import cgroup
import cleanup
import frames

READY_S = 60.0
KEPT_TAIL = 8000
REPLY_LIMIT = 48 << 20
POLL_MS = 20


def _room_for_large_frames(fd):
    """Fewer wake-ups for a compiled program or a picture; refused beyond the system's bound."""
    try:
        fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, 1 << 20)
    except OSError:
        pass


class Service:
    """One running service and its two pipes. Raises RuntimeError if it cannot start."""

    def __init__(self, name, config, zygote, env):
        self.name = name
        self.uid = config["uid"]
        self.pause = config.get("pause", False)
        self.zygote = zygote
        self.tail = bytearray()
        self.poller = select.poll()
        request_r, self.request_w = os.pipe2(os.O_CLOEXEC)
        self.reply_r, reply_w = os.pipe2(os.O_CLOEXEC)
        self.said_r, said_w = os.pipe2(os.O_CLOEXEC)
        stdin = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
        for fd in (request_r, reply_w):
            _room_for_large_frames(fd)
        self.pid = zygote.spawn(
            self._request(config, env), [stdin, said_w, said_w, request_r, reply_w], {}
        )
        for fd in (stdin, said_w, request_r, reply_w):
            os.close(fd)
        for fd in (self.reply_r, self.said_r, self.request_w):
            os.set_blocking(fd, False)
        for fd in (self.reply_r, self.said_r, zygote.channel):
            self.poller.register(fd, select.POLLIN)
        ready = self.ask(None, None, config.get("ready_s", READY_S), REPLY_LIMIT)
        if not (ready.get("reply") or {}).get("ready"):
            self.close()
            said = self.tail.decode("utf-8", "replace")
            raise RuntimeError(f"service {name} did not start ({ready['cause']}): {said}")

    def _request(self, config, env):
        folder = f"/work/{self.uid}"
        return {
            "uid": self.uid,
            "cwd": folder,
            "env": {**env, "HOME": folder, "TMPDIR": folder, **config.get("env", {})},
            "limits": {"NOFILE": 4096, "CORE": 0},
            "argv": config["argv"],
            "oom_score": 500,
        }

    def ask(self, request, cpu_s, wall_s, reply_limit):
        """Send ``request`` (None: only listen) and wait for one reply or a limit.

        Returns ``{"reply": …, "cause": …, "cpu_s": …, "wall_s": …}``; without a reply the
        service must be closed. CPU is the whole slot's, as for every other step.
        """
        started, cpu_start = time.monotonic(), cgroup.cpu.value() or 0.0
        self._signal(signal.SIGCONT)
        pending = memoryview(b"" if request is None else frames.pack(request))
        buffer = frames.FrameBuffer(reply_limit)
        answer = {"cause": None}
        oom_before = cgroup.oom_kills.value() or 0
        pending = self._send(pending)
        while "reply" not in answer and answer["cause"] is None:
            for fd, _events in self.poller.poll(POLL_MS):
                self._handle(fd, buffer, answer)
            pending = self._send(pending)
            if "reply" not in answer and answer["cause"] is None:
                answer["cause"] = self._limit(started, cpu_start, cpu_s, wall_s)
        if answer["cause"] == "died" and (cgroup.oom_kills.value() or 0) > oom_before:
            answer["cause"] = "memory"
        self._signal(signal.SIGSTOP)
        answer["cpu_s"] = round(max(0.0, (cgroup.cpu.value() or 0.0) - cpu_start), 6)
        answer["wall_s"] = round(time.monotonic() - started, 6)
        return answer

    def _signal(self, number):
        """Stop or continue a service that is to rest between requests."""
        if self.pause and not self.ended():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                pass  # it has just ended: the next request will find out

    def _send(self, pending):
        """Write what the pipe takes; the rest is written as the service reads."""
        try:
            while pending:
                pending = pending[os.write(self.request_w, pending) :]
        except BlockingIOError:
            pass
        except OSError:  # it died: the poll will say so
            return memoryview(b"")
        return pending

    def _handle(self, fd, buffer, answer):
        if fd == self.zygote.channel.fileno():
            self.zygote.receive("exit")
            if self.ended() and "reply" not in answer:
                answer["cause"] = "died"
            return
        try:
            data = os.read(fd, 1 << 20)
        except BlockingIOError:
            return
        if fd == self.said_r:
            self.tail = (self.tail + data)[-KEPT_TAIL:]
            if not data:
                self.poller.unregister(fd)
            return
        if not data:
            answer["cause"] = None if "reply" in answer else "died"
            return
        try:
            for frame in buffer.feed(data):
                answer["reply"] = dict(json.loads(frame))
        except (ValueError, TypeError):
            answer["cause"] = "output"

    @staticmethod
    def _limit(started, cpu_start, cpu_s, wall_s):
        if cpu_s is not None and (cgroup.cpu.value() or 0.0) - cpu_start > cpu_s:
            return "cpu"
        if time.monotonic() - started > wall_s:
            return "wall"
        return None

    def ended(self):
        """Whether its main process is gone."""
        return self.pid in self.zygote.exits

    def close(self):
        """Kill every process of the service and remove what it wrote."""
        cleanup.kill_uid(self.uid)
        while not self.ended():
            self.zygote.receive("exit")
        for fd in (self.request_w, self.reply_r, self.said_r):
            os.close(fd)
        cleanup.as_uid(self.uid, lambda: cleanup.remove_own(self.uid))
        cleanup.reap_orphans()


class Services:
    """The language's services by name, started when first needed."""

    def __init__(self, config, zygote, env):
        self.config = config
        self.zygote = zygote
        self.env = env
        self.running = {}

    def start(self):
        """Start those that the slot should have from the beginning."""
        for name, one in self.config.items():
            if one.get("start"):
                self.get(name)

    def uids(self):
        """uids whose processes and files belong to the slot, not to a job."""
        return {one["uid"] for one in self.config.values()}

    def get(self, name):
        """The running service of that name."""
        if name in self.running and self.running[name].ended():
            self.running.pop(name).close()
        if name not in self.running:
            self.running[name] = Service(name, self.config[name], self.zygote(), self.env)
        return self.running[name]

    def ask(self, job, step):
        """Ask once; returns a step's result.

        A service that met a limit, died or asks for it (``restart``) is given up: the next
        one starts with nothing of what this one had.
        """
        service = self.get(step["service"])
        limits = step["limits"]
        request = {**step["request"], "job_uid": job["uid"]}
        answer = service.ask(request, limits["cpu_s"], limits["wall_s"], REPLY_LIMIT)
        reply = answer.get("reply")
        if reply is None or reply.get("restart"):
            self.running.pop(step["service"]).close()
        said = reply or {"exit": 1, "stderr": service.tail.decode("utf-8", "replace")}
        return {
            **answer,
            "exit": said.get("exit", 0),
            "signal": None,
            "stdout": said.get("stdout", ""),
            "stderr": said.get("stderr", ""),
            "memory_mb": said.get("memory_mb", 0.0),
        }
