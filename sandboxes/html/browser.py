"""A resident Chromium, driven over two pipes by the DevTools protocol. Standard library only.

Everything a page can say arrives here as protocol messages, never as code: one loop reads them,
hands events to whoever listens and counts the time of the case under way.
"""

import json
import os
import select
import shutil
import signal
import sys
import time

sys.path.insert(0, "/opt/harness/agent")

import cgroup

PROGRAM = "/usr/lib/chromium/chromium-headless-shell"
FLAGS = [
    "--no-sandbox",  # the container is its sandbox
    "--disable-gpu",
    "--disable-gpu-compositing",
    "--in-process-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-site-isolation-trials",
    "--disable-hang-monitor",
    "--disable-prompt-on-repost",
    "--disable-shared-workers",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--mute-audio",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--lang=en-US",
    "--password-store=basic",
    "--use-mock-keychain",
    "--metrics-recording-only",
    (
        "--disable-features="
        "IsolateOrigins,site-per-process,Translate,MediaRouter,OptimizationHints,"
        "AcceptCHFrame,InterestFeedContentSuggestions,PaintHolding,HttpsUpgrades,"
        "BackForwardCache,GlobalMediaControls,DestroyProfileOnBrowserClose"
    ),
    "--enable-features=NetworkServiceInProcess2",
    "--log-level=3",
    "--remote-debugging-pipe",
]
POLL_S = 0.02
START_S = 30.0
MAX_MESSAGE = 64 << 20
LOG_TAIL = 16_000
OUT_OF_MEMORY = (b"out of memory", b"OOM", b"Out of memory")
# What the browser and the agent need of a slot; the rest is the page's.
OWN_MB = 256
# Memory of a browser that has closed its page; more means that something of the page is left.
CALM_MB = 160
CALM_S = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064)


class Ended(Exception):
    """The case under way cannot go on: ``cause`` is cpu, wall, memory, output or crash."""

    def __init__(self, cause, message=""):
        super().__init__(message or cause)
        self.cause = cause


class ProtocolError(Exception):
    """The browser refused a command."""


class Budget:
    """CPU and wall time of one case. CPU is the whole slot's: nothing else runs in it."""

    def __init__(self, cpu_s, wall_s):
        self.cpu_limit, self.wall_limit = cpu_s, wall_s
        self.cpu_start = cgroup.cpu.value() or 0.0
        self.started = time.monotonic()

    def cpu_s(self):
        """CPU seconds used."""
        return max(0.0, (cgroup.cpu.value() or 0.0) - self.cpu_start)

    def wall_s(self):
        """Wall seconds passed."""
        return time.monotonic() - self.started

    def check(self):
        """Raise Ended when a limit has passed."""
        if self.cpu_limit is not None and self.cpu_s() > self.cpu_limit:
            raise Ended("cpu")
        if self.wall_s() > self.wall_limit:
            raise Ended("wall")


class Browser:
    """One Chromium and its protocol. Raises Ended when it dies or the budget is spent."""

    def __init__(self, folder):
        self.profile = os.path.join(folder, "profile")
        shutil.rmtree(self.profile, ignore_errors=True)
        command_r, self.write_fd = os.pipe2(os.O_CLOEXEC)
        self.read_fd, event_w = os.pipe2(os.O_CLOEXEC)
        argv = [PROGRAM, *FLAGS, f"--user-data-dir={self.profile}"]
        argv.append(f"--js-flags=--max-old-space-size={heap_limit_mb()}")
        self.log = os.path.join(folder, "browser.log")
        actions = [
            (os.POSIX_SPAWN_OPEN, 2, self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_DUP2, command_r, 3),
            (os.POSIX_SPAWN_DUP2, event_w, 4),
        ]
        environment = {**os.environ, "HOME": folder, "TMPDIR": folder}
        self.pid = os.posix_spawn(argv[0], argv, environment, file_actions=actions, setpgroup=0)
        os.close(command_r)
        os.close(event_w)
        os.set_blocking(self.read_fd, False)
        self.buffer = bytearray()
        self.last_id = 0
        self.waiting = {}
        self.listeners = {}
        self.budget = Budget(None, START_S)
        self.call(
            "Target.setAutoAttach",
            {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True},
        )

    def post(self, method, params=None, session=None):
        """Send a command; nobody waits for its answer."""
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        data = memoryview(json.dumps(message).encode() + b"\0")
        try:
            while data:
                data = data[os.write(self.write_fd, data) :]
        except OSError as error:
            raise Ended("crash", "the browser ended") from error
        return self.last_id

    def call(self, method, params=None, session=None, or_when=lambda: False):
        """Send a command and return its result; None if ``or_when()`` came true before."""
        number = self.post(method, params, session)
        self.waiting[number] = None
        try:
            self.run(lambda: self.waiting[number] is not None or or_when())
            answer = self.waiting[number]
        finally:
            del self.waiting[number]
        if answer is None:
            return None
        if "error" in answer:
            raise ProtocolError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def run(self, done, timeout_s=None):
        """Handle messages until ``done()``; False when ``timeout_s`` passed first."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not done():
            wait_s = POLL_S
            if deadline is not None:
                wait_s = min(wait_s, deadline - time.monotonic())
                if wait_s <= 0:
                    return False
            if select.select([self.read_fd], [], [], wait_s)[0]:
                self._read()
            self.budget.check()
        return True

    def rest(self, seconds):
        """Handle messages for a while."""
        self.run(lambda: False, seconds)

    def _read(self):
        try:
            data = os.read(self.read_fd, 1 << 20)
        except BlockingIOError:
            return
        if not data:
            raise Ended("crash", "the browser ended")
        self.buffer += data
        if len(self.buffer) > MAX_MESSAGE:
            raise Ended("output", "the browser said too much at once")
        if 0 in data:
            *whole, rest = bytes(self.buffer).split(b"\0")
            self.buffer = bytearray(rest)
            for one in whole:
                self._dispatch(json.loads(one))

    def _dispatch(self, message):
        if "id" in message:
            if message["id"] in self.waiting:
                self.waiting[message["id"]] = message
            return
        listener = self.listeners.get(message.get("sessionId"))
        if listener is not None:
            listener(message["method"], message["params"])

    def ran_out_of_memory(self):
        """Whether the script engine's last words were that its memory is used up."""
        try:
            with open(self.log, "rb") as handle:
                handle.seek(max(0, os.path.getsize(self.log) - LOG_TAIL))
                return any(word in handle.read() for word in OUT_OF_MEMORY)
        except OSError:
            return False

    def memory_mb(self):
        """Private memory of its largest process, which is the page's or its own."""
        sizes = [0]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getpgid(int(pid)) == self.pid:
                    with open(f"/proc/{pid}/statm", encoding="ascii") as handle:
                        _, resident, shared = handle.read().split()[:3]
                    sizes.append(int(resident) - int(shared))
            except (OSError, ValueError):
                continue
        return round(max(sizes) * os.sysconf("SC_PAGE_SIZE") / (1 << 20), 2)

    def is_calm(self):
        """Whether closed pages are really gone: memory given back, no thread at work for them.

        What a page draws is drawn by the browser's own threads, which outlive the page.
        """
        working = None
        for pause_s in CALM_S:
            running = self._running_threads()
            working = running if working is None else working & running
            if not working and (anonymous_mb() or 0) < CALM_MB:
                return True
            self.rest(pause_s)
        return False

    def _running_threads(self):
        """Threads of the browser process that are running or want to."""
        found = set()
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{thread}/stat", encoding="latin-1") as handle:
                    state = handle.read().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state == "R":
                found.add(thread)
        return found

    def close(self):
        """Kill it with all its processes; nothing of it stays."""
        for fd in (self.write_fd, self.read_fd):
            os.close(fd)
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        shutil.rmtree(self.profile, ignore_errors=True)


def anonymous_mb():
    """Memory of the slot's processes without the files they have mapped; None if unknown."""
    for path in ("/sys/fs/cgroup/memory/memory.stat", "/sys/fs/cgroup/memory.stat"):
        try:
            with open(path, encoding="ascii") as handle:
                pairs = (line.split() for line in handle)
                return next(int(size) >> 20 for key, size in pairs if key in ("rss", "anon"))
        except OSError:
            continue
    return None


def heap_limit_mb():
    """V8's heap: what a page may use, so that V8 says what ran out."""
    limit = cgroup.limit.value()
    if not limit or limit > 1 << 40:
        return OWN_MB
    return max(64, (limit >> 20) - OWN_MB)
