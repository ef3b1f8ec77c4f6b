"""What the container's cgroup says: CPU used, OOM kills, process count (v1 and v2).

The kernel counts a kill here whoever ran out of memory, this container or the host. Only when
the container's own limit was hit too is it the job's doing.
"""

import os

ROOT = "/sys/fs/cgroup"
CPU_FILES = ("cpuacct/cpuacct.usage", "cpu,cpuacct/cpuacct.usage", "cpu.stat")
OOM_FILES = ("memory/memory.oom_control", "memory.events")
PID_FILES = ("pids/pids.current", "pids.current")


class CounterFile:
    """One counter kept open and re-read with pread; ``value`` is None where it is missing."""

    def __init__(self, names, parse):
        self.parse = parse
        self.fd = None
        for name in names:
            try:
                self.fd = os.open(f"{ROOT}/{name}", os.O_RDONLY | os.O_CLOEXEC)
                break
            except OSError:
                continue

    def value(self):
        """Current value, or None."""
        if self.fd is None:
            return None
        try:
            return self.parse(os.pread(self.fd, 4096, 0).decode())
        except (OSError, ValueError):
            return None


def _cpu_seconds(text):
    if text.startswith("usage_usec"):
        return int(text.split()[1]) / 1e6
    return int(text) / 1e9


def _named(text, wanted):
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        if key == wanted:
            return int(value)
    return 0


def _oom_kills(text):
    return _named(text, "oom_kill")


def _out_of_memory(text):
    return _named(text, "oom")


def _unreclaimable(text):
    """Bytes that only a kill can free: anonymous memory and what lies in a tmpfs."""
    v2 = text.startswith("anon ")
    return sum(_named(text, key) for key in (("anon", "shmem") if v2 else ("rss", "shmem")))


cpu = CounterFile(CPU_FILES, _cpu_seconds)
oom_kills = CounterFile(OOM_FILES, _oom_kills)
processes = CounterFile(PID_FILES, int)
failures = CounterFile(("memory/memory.failcnt",), int)
exhaustions = CounterFile(("memory.events",), _out_of_memory)
peak = CounterFile(("memory/memory.max_usage_in_bytes",), int)
limit = CounterFile(("memory/memory.limit_in_bytes", "memory.max"), int)
held = CounterFile(("memory/memory.stat", "memory.stat"), _unreclaimable)
FULL = 0.95


def exhausted():
    """Whether memory is full of what cannot be reclaimed.

    The kernel may then spend seconds on evicting the program's own pages and reading them again
    before it kills: time that the program is not to blame for, memory it is.
    """
    bound, used = limit.value(), held.value()
    return bool(bound and used and used > FULL * bound)


def limit_failures():
    """How often the container's own limit left nothing to reclaim; None if not counted."""
    values = [one.value() for one in (failures, exhaustions)]
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def limit_was_hit(failures_before):
    """Whether the container's own limit was hit since ``limit_failures`` said so much.

    v1 counts no failure where memory plus swap runs out first (its limit equals the memory's
    here), so a peak at the limit says yes too; the agent gives such a slot up after the job.
    """
    now = limit_failures()
    if now is None or failures_before is None:
        return True
    highest, bound = peak.value(), limit.value()
    return now > failures_before or bool(bound and highest and highest > 0.97 * bound)
