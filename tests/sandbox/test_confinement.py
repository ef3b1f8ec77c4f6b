"""What the kernel promises whatever runs: asked from inside, and looked at from outside.

A candidate's view is that of a Python program; what holds a slot of any language, its resident
services included, is read by the engine in the container itself.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from harness.models import Language, Verdict
from harness.runners import runners
from tests.sandbox.conftest import open_sandbox
from tests.sandbox.contract import made

if TYPE_CHECKING:
    from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.engine

# What CapBnd may name: KILL, SETGID and SETUID, which the agent needs.
AGENT_RIGHTS = 1 << 5 | 1 << 6 | 1 << 7
LOOK = """
import json, os
def read(path):
    try:
        with open(path) as handle:
            return handle.read()
    except OSError:
        return ""
processes = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    status = dict(line.split(":", 1) for line in read(f"/proc/{pid}/status").splitlines())
    if status and int(pid) != os.getpid():
        processes.append({name: status[name].split() for name in (
            "Name", "Uid", "Groups", "CapPrm", "CapEff", "CapAmb", "CapBnd", "NoNewPrivs", "Seccomp"
        )})
links = os.listdir("/sys/class/net")
flags = {name: int(read(f"/sys/class/net/{name}/flags"), 16) for name in links}
root = next(line.split() for line in read("/proc/mounts").splitlines() if line.split()[1] == "/")
quota = read("/sys/fs/cgroup/cpu.max") or " ".join(
    read(f"/sys/fs/cgroup/cpu/cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
print(json.dumps({
    "processes": processes,
    "interfaces": [name for name, value in flags.items() if value & 1],
    "root": root[3].split(",")[0],
    "quota": [int(one) for one in quota.split()],
    "cpus": len(os.sched_getaffinity(0)),
}))
"""


@pytest.fixture(scope="module", params=sorted(runners()))
def held(request: pytest.FixtureRequest, sandbox: Sandbox) -> dict[str, Any]:
    """What is true in a ready slot of each language."""
    with sandbox.evaluator.pool.lease(sandbox.key(request.param)) as slot:
        code, said = slot.container.exec_run(["python3", "-I", "-c", LOOK], user="0:0")
        assert code == 0, said
        found: dict[str, Any] = json.loads(said)
        return found


def test_no_process_of_a_slot_has_more_than_the_agent_needs(held: dict[str, Any]) -> None:
    """Services run what a response gives them: a browser's pages, a database's queries."""
    assert held["processes"]
    for one in held["processes"]:
        agents = one["Uid"] == ["0"] * 4
        assert agents or len(set(one["Uid"])) == 1, one
        most = AGENT_RIGHTS if agents else 0
        assert all(int(one[kind][0], 16) & ~most == 0 for kind in ("CapPrm", "CapEff")), one
        assert int(one["CapAmb"][0], 16) == 0, one
        assert int(one["CapBnd"][0], 16) & ~AGENT_RIGHTS == 0, one
        assert (one["NoNewPrivs"], one["Seccomp"]) == (["1"], ["2"]), one
        assert agents or one["Groups"] == [], one


def test_no_slot_has_a_network_or_a_root_it_can_write(held: dict[str, Any]) -> None:
    assert (held["interfaces"], held["root"]) == (["lo"], "ro")


def test_every_slot_has_the_cpus_of_its_quota(held: dict[str, Any]) -> None:
    quota, period = held["quota"]
    assert (held["cpus"], quota) == (1, period)


def facts(box: Sandbox, source: str) -> dict[str, object]:
    """The JSON object that a Python program prints."""
    result = box.evaluate(*made(Language.PYTHON, source))
    assert result.verdict is Verdict.FAILED, result
    found: dict[str, object] = json.loads(result.cases[0].actual)
    return found


def test_nproc_agrees_with_the_quota(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, os, subprocess
said = subprocess.run(["nproc"], capture_output=True, text=True).stdout
print(json.dumps({"nproc": int(said), "affinity": len(os.sched_getaffinity(0))}))
""",
    )
    assert found == {"nproc": 1, "affinity": 1}


def test_sets_have_the_same_order_in_every_job(box: Sandbox) -> None:
    source = "import json\nprint(json.dumps({'order': list(set('abcdefgh')), 'hash': hash('a')}))"
    first, second = facts(box, source), facts(box, source)
    assert first == second


SEEN = """
import json, os, socket, sys
def depth(n):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
server = socket.create_server(("localhost", 0))
client = socket.create_connection(("localhost", server.getsockname()[1]))
client.sendall(b"x")
print(json.dumps({
    "environment": {**os.environ, "HOME": "", "TMPDIR": ""},
    "flags": str(sys.flags),
    "path": sys.path[1:],
    "descriptors": sorted(os.listdir("/proc/self/fd")),
    "hash": hash("a"),
    "cpus": os.cpu_count(),
    "depth": depth(0),
    "byte": server.accept()[0].recv(1).decode(),
    "files": [name for name in os.listdir(".")],
    "strangers": [name for name in ("agent", "cgroup", "cleanup", "frames", "group", "services",
                                    "zygote") if name in sys.modules],
}))
"""


def test_a_response_sees_the_same_in_a_warm_and_a_fresh_slot() -> None:
    """One has an interpreter of its own for jobs, the other forks its agent's before the job."""
    with ExitStack() as stack:
        warm, fresh = (facts(open_sandbox(stack, kind), SEEN) for kind in ("warm", "fresh"))
    assert warm == fresh
    assert (warm["byte"], warm["strangers"], warm["cpus"]) == ("x", [], 1)


REFUSED = """
import ctypes, errno, json, platform
arm = platform.machine() == "aarch64"
libc = ctypes.CDLL(None, use_errno=True)
calls = {
    "io_uring_setup": (425, 1, ctypes.create_string_buffer(256)),
    "add_key": (217 if arm else 248, b"user", b"n", b"v", 1, -3),
    "keyctl": (219 if arm else 250, 0, -3, 0),
    "ptrace": (117 if arm else 101, 0, 0, 0, 0),
    "unshare": (97 if arm else 272, 0x10000000),
    "mount": (40 if arm else 165, b"none", b"/tmp", b"tmpfs", 0, 0),
    "bpf": (280 if arm else 321, 0, 0, 0),
    "userfaultfd": (282 if arm else 323, 0),
    "perf_event_open": (241 if arm else 298, 0, 0, -1, -1, 0),
}
said = {}
for name, call in calls.items():
    ctypes.set_errno(0)
    done = libc.syscall(*call)
    said[name] = errno.errorcode.get(ctypes.get_errno(), "?") if done == -1 else "allowed"
print(json.dumps(said))
"""


def test_the_kernels_dangerous_doors_are_shut(box: Sandbox) -> None:
    found = facts(box, REFUSED)
    assert len(found) == 9
    assert set(found.values()) == {"EPERM"}, found


def test_only_the_work_places_can_be_written(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, os
written = []
passed_over = ("/proc", "/sys", "/usr/lib", "/usr/share", os.getcwd())
for place, folders, _ in os.walk("/"):
    folders[:] = [one for one in folders if os.path.join(place, one) not in passed_over]
    try:
        open(f"{place}/harness-probe", "w").close()
    except OSError:
        continue
    written.append(place)
root = next(line.split() for line in open("/proc/mounts") if line.split()[1] == "/")
print(json.dumps({"written": sorted(written), "root": root[3].split(",")[0]}))
""",
    )
    assert found == {"written": ["/dev/mqueue", "/dev/shm", "/tmp", "/work"], "root": "ro"}


def test_there_is_no_network(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, socket
names = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
def up(name):
    with open(f"/sys/class/net/{name}/flags") as handle:
        return int(handle.read(), 16) & 1
def refused(family, address):
    with socket.socket(family) as one:
        one.settimeout(2)
        try:
            one.connect(address)
        except OSError:
            return True
    return False
try:
    socket.getaddrinfo("example.com", 80)
    resolved = True
except OSError:
    resolved = False
print(json.dumps({
    "interfaces": [name for name in names if up(name)],
    "public": refused(socket.AF_INET, ("1.1.1.1", 80)),
    "metadata": refused(socket.AF_INET, ("169.254.169.254", 80)),
    "gateway": refused(socket.AF_INET, ("172.17.0.1", 22)),
    "resolved": resolved,
}))
""",
    )
    assert found == {
        "interfaces": ["lo"],
        "public": True,
        "metadata": True,
        "gateway": True,
        "resolved": False,
    }


def test_the_engine_cannot_be_reached(box: Sandbox) -> None:
    found = facts(
        box,
        """
import json, os
places = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
          "/run/podman/podman.sock"]
sockets = [line.split()[-1] for line in open("/proc/net/unix") if "docker" in line]
print(json.dumps({"found": [one for one in places if os.path.exists(one)], "listed": sockets}))
""",
    )
    assert found == {"found": [], "listed": []}


def test_other_users_processes_are_out_of_reach(box: Sandbox) -> None:
    """The agent holds the protocol and expected values: its memory and files are shut."""
    found = facts(
        box,
        """
import json, os
opened = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) == os.getpid():
        continue
    for name in ("mem", "environ", "fd", "cwd", "maps"):
        path = f"/proc/{pid}/{name}"
        try:
            os.listdir(path) if name in ("fd", "cwd") else open(path, "rb").close()
        except OSError:
            continue
        opened.append(path)
killed = []
for pid in (1, os.getppid()):
    try:
        os.kill(pid, 0)
    except PermissionError:
        continue
    killed.append(pid)
print(json.dumps({"opened": opened, "killed": killed}))
""",
    )
    assert found == {"opened": [], "killed": []}
