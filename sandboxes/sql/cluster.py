"""A running PostgreSQL server of this uid, and the watch over one of its sessions."""

import os
import resource
import shutil
import signal
import subprocess
import time

from wire import Lost, ServerError, Session

PRISTINE = "/usr/local/share/postgres/cluster"
SERVER = "/usr/lib/postgresql/17/bin/postgres"
START_S = 30.0
END_S = 2.0
# The server's own journal must never meet a full disk: it would not come up again.
KEEP_FREE_BYTES = 16 << 20
TICKS = os.sysconf("SC_CLK_TCK")


class Stopped(Exception):
    """A session met a limit: ``cause`` is cpu, wall or disk."""

    def __init__(self, cause, message):
        super().__init__(message)
        self.cause, self.message = cause, message


class Cluster:
    """The server process, its folder (the working folder's) and the superuser's session."""

    def __init__(self):
        self.folder = os.path.join(os.getcwd(), "cluster")
        self.socket = os.path.join(os.getcwd(), ".s.PGSQL.5432")
        self.process = None
        self.superuser = None

    def alive(self):
        """Whether it can be asked."""
        return self.process is not None and self.process.poll() is None

    def start(self):
        """Start from a fresh copy of the pristine cluster."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(PRISTINE, self.folder, symlinks=True)
        os.chmod(self.folder, 0o700)
        self.process = subprocess.Popen([SERVER, "-D", self.folder], stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while True:
            try:
                self.superuser = self.session("harness", "template0")
                return
            except (OSError, Lost, ServerError):
                if not self.alive() or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def stop(self):
        """End it and everything of it at once; nothing in it is worth keeping."""
        if self.superuser is not None:
            self.superuser.socket.close()
            self.superuser = None
        if self.process is not None:
            # Immediate shutdown: the server quits its children and waits for them.
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(END_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def session(self, user, database, watch=None, options=""):
        """A new session."""
        return Session(self.socket, user, database, watch and watch.look, options)

    def admin(self, statement):
        """Run a statement of ours as the superuser."""
        self.superuser.script(statement)

    def create_database(self, name, template, rights, roles):
        """A copy of ``template`` that only ``roles`` may enter."""
        self.admin(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        self.admin(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        self.admin(f"GRANT {rights} ON DATABASE {name} TO {roles}")

    def drop(self, name):
        """Remove a database with whoever is still in it."""
        self.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def free_bytes(self):
        """Room left in the work folder."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def end_backend(self, pid):
        """End a session that met a limit; one that will not end takes the server with it."""
        deadline = time.monotonic() + END_S
        while time.monotonic() < deadline:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        self.stop()


class Watch:
    """Limits of one session, looked at while it is silent."""

    def __init__(self, cluster, limits):
        self.cluster = cluster
        self.cpu_s, self.wall_s = limits["cpu_s"], limits["wall_s"]
        self.memory_bytes = limits["memory_mb"] << 20
        self.pid = None
        self.stopped = False

    def begin(self, pid):
        """Start counting."""
        self.pid, self.started, self.cpu_start = pid, time.monotonic(), cpu_of(pid)
        resource.prlimit(pid, resource.RLIMIT_DATA, (self.memory_bytes, self.memory_bytes))

    def end(self):
        """What the session used."""
        return {
            "used_cpu_s": round(self.used_cpu_s(), 6),
            "used_wall_s": round(time.monotonic() - self.started, 6),
            "memory_mb": peak_mb(self.pid),
        }

    def used_cpu_s(self):
        """CPU seconds since ``begin``."""
        return max(0.0, cpu_of(self.pid) - self.cpu_start)

    def look(self):
        """Raise Stopped at the first limit."""
        if self.pid is None or self.stopped:
            return
        if self.used_cpu_s() > self.cpu_s:
            self.stop("cpu", "CPU time limit")
        if time.monotonic() - self.started > self.wall_s:
            self.stop("wall", "wall time limit")
        if self.cluster.free_bytes() < KEEP_FREE_BYTES:
            self.stop("disk", "disk limit")

    def stop(self, cause, message):
        """End the session's statement."""
        self.stopped = True
        raise Stopped(cause, message)


def cpu_of(pid):
    """CPU seconds of a process, 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as handle:
            return int(handle.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        pass
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as handle:
            fields = handle.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except (OSError, ValueError, IndexError):
        return 0.0


def peak_mb(pid):
    """Peak resident memory of a process in MiB, 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as handle:
            for line in handle:
                if line.startswith("VmHWM"):
                    return round(int(line.split()[1]) / 1024, 2)
    except (OSError, ValueError):
        pass
    return 0.0
